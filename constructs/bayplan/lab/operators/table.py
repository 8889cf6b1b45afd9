"""The controllers that a lab can run, with the configuration of each: their own defaults, but for where they listen.

One certificate serves all (certificates.py). Nobody is elected, and metrics are off, where a controller allows it.
What each was read in: Kueue 0.19.2 apis/config/v1beta2, JobSet 0.12.0 api/config/v1alpha1, Trainer 2.3.0
pkg/apis/config/v1alpha1, LeaderWorkerSet 0.9.0 api/config/v1alpha1, KubeRay 1.6.2 main.go.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bayplan.lab.operators.external_secrets import EXTERNAL_SECRETS
from bayplan.lab.operators.keda import KEDA
from bayplan.lab.operators.operator import Operator
from bayplan.lab.operators.spark import SPARK
from bayplan.lab.port import LOOPBACK

if TYPE_CHECKING:
    from bayplan.lab.operators.operator import Body, Place

KUEUE_NAMESPACE = "kueue-system"
KUEUE_SERVICE, KUEUE_SECRET = "kueue-webhook-service", "kueue-webhook-server-cert"
KUEUE_AUTHORITY = "kueue-ca"
"""As Kueue calls the authority of its certificate (pkg/util/cert): one that is called otherwise it makes anew."""
FRAMEWORKS = (
    "batch/job",
    "jobset.x-k8s.io/jobset",
    "leaderworkerset.x-k8s.io/leaderworkerset",
    "pod",
    "ray.io/raycluster",
    "ray.io/rayjob",
    "sparkoperator.k8s.io/sparkapplication",
    "statefulset",
    "trainer.kubeflow.org/trainjob",
)
"""What Kueue holds back until it is admitted: what its own configuration turns on, and Spark, behind a gate.

It waits for the CRDs of those that the cluster has not.
"""
SILENT = {"leaderElection": {"leaderElect": False}, "clientConnection": {"qps": 500, "burst": 1000}}


def _kueue(place: Place) -> Body:
    # with its own care for certificates off, it insists on files in /etc (cmd/kueue/main.go, as of 0.19.2): it is given
    # a Secret with a certificate that needs no renewal instead
    certificates = {"enable": True, "webhookServiceName": KUEUE_SERVICE, "webhookSecretName": KUEUE_SECRET}
    return {
        **_about("config.kueue.x-k8s.io/v1beta2"),
        **_listening(place, certificates_in=True),
        "namespace": KUEUE_NAMESPACE,
        "internalCertManagement": certificates,
        "integrations": {"frameworks": list(FRAMEWORKS)},
        # its server of pending workloads listens in a fixed place
        "featureGates": {"VisibilityOnDemand": False, "SparkApplicationIntegration": True},
    }


def _jobset(place: Place) -> Body:
    return {
        **_about("config.jobset.x-k8s.io/v1alpha1"),
        **_listening(place, certificates_in=True),
        "internalCertManagement": {"enable": False},
    }


def _lws(place: Place) -> Body:
    return {
        **_about("config.lws.x-k8s.io/v1alpha1"),
        **_listening(place, certificates_in=True),
        "internalCertManagement": {"enable": False},
    }


def _trainer(place: Place) -> Body:
    return {
        **_about("config.trainer.kubeflow.org/v1alpha1"),
        **_listening(place, certificates_in=False),
        "certManagement": {"enable": False},
    }


def _kuberay(place: Place) -> tuple[str, ...]:
    probe = f"--health-probe-bind-address={LOOPBACK}:{place.health}"
    return ("--enable-leader-election=false", "--metrics-addr=0", probe, "--qps=500", "--burst=1000")


def _about(version: str) -> Body:
    return {"apiVersion": version, "kind": "Configuration", **SILENT}


def _listening(place: Place, *, certificates_in: bool) -> Body:
    folder: dict[str, Any] = {"certDir": str(place.certificates)} if certificates_in else {}
    return {
        "webhook": {"host": LOOPBACK, "port": place.webhook, **folder},
        "health": {"healthProbeBindAddress": f"{LOOPBACK}:{place.health}"},
        "metrics": {"bindAddress": "0"},
    }


OPERATORS = (
    EXTERNAL_SECRETS,
    Operator(controller="jobset", binary="jobset", configuration=_jobset, namespace="jobset-system"),
    Operator(
        controller="kubeflow-trainer",
        binary="trainer-controller-manager",
        configuration=_trainer,
        namespace="kubeflow-system",
    ),
    *KEDA,
    Operator(controller="kuberay", binary="ray-operator", flags=_kuberay, installs=False),
    Operator(controller="kueue", binary="kueue", configuration=_kueue, namespace=KUEUE_NAMESPACE, secret=KUEUE_SECRET),
    Operator(
        controller="lws",
        binary="lws",
        configuration=_lws,
        flags=lambda _: ("--leader-elect=false",),
        namespace="lws-system",
    ),
    *SPARK,
)
