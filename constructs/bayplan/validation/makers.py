"""Which kinds make which other objects: the table behind "unknown".

A custom kind that is not named here may make anything in its own namespace; one without a namespace, anywhere.
"""

from __future__ import annotations

HARMLESS_GROUPS = frozenset(
    {
        "",
        "admissionregistration.k8s.io",
        "apiextensions.k8s.io",
        "apiregistration.k8s.io",
        "apps",
        "authentication.k8s.io",
        "authorization.k8s.io",
        "autoscaling",
        "autoscaling.k8s.io",
        "batch",
        "certificates.k8s.io",
        "cilium.io",
        "coordination.k8s.io",
        "crd.projectcalico.org",
        "discovery.k8s.io",
        "events.k8s.io",
        "extensions",
        "extensions.istio.io",
        "flowcontrol.apiserver.k8s.io",
        "gateway.networking.k8s.io",
        "image.toolkit.fluxcd.io",
        "inference.networking.k8s.io",
        "karpenter.k8s.aws",
        "karpenter.sh",
        "keda.sh",
        "kueue.x-k8s.io",
        "kustomize.toolkit.fluxcd.io",  # followed by delivery.py
        "metallb.io",
        "monitoring.coreos.com",
        "networking.istio.io",
        "networking.k8s.io",
        "node.k8s.io",
        "notification.toolkit.fluxcd.io",
        "policy",
        "projectcalico.org",
        "rbac.authorization.k8s.io",
        "resource.k8s.io",
        "scheduling.k8s.io",
        "security.istio.io",
        "snapshot.storage.k8s.io",
        "source.toolkit.fluxcd.io",
        "storage.k8s.io",
        "telemetry.istio.io",
        "traefik.containo.us",
        "traefik.io",
    }
)
"""Groups whose kinds make none of the objects that rules look for, except those in MAKES."""

SECRET = frozenset({"Secret"})
CONFIG = frozenset({"ConfigMap", "Secret"})
OPERATED = frozenset({"ConfigMap", "DaemonSet.apps", "Pod", "Secret", "StatefulSet.apps"})
"""What the Prometheus operator makes beside the Services whose names `operators.yaml` has."""
SERVED = frozenset({"ConfigMap", "Pod", "Secret", "Service", "ServiceAccount", "Deployment.apps", "StatefulSet.apps"})
BATCH = frozenset({"Job.batch", "Service"})
"""What operators make beside the pods of a job, which validation/templates/ knows."""
MPI = BATCH | {"ConfigMap", "Role.rbac.authorization.k8s.io", "RoleBinding.rbac.authorization.k8s.io", "Secret"}
MPI |= {"ServiceAccount"}
RAY = MPI | {"Ingress.networking.k8s.io"}
SPARK = BATCH | {"ConfigMap", "Ingress.networking.k8s.io", "PersistentVolumeClaim"}
SERVING = frozenset({"ConfigMap", "Deployment.apps", "HorizontalPodAutoscaler.autoscaling", "Secret", "Service"})
SERVING |= {"HTTPRoute.gateway.networking.k8s.io", "Ingress.networking.k8s.io", "ScaledObject.keda.sh"}
SERVING |= {"VirtualService.networking.istio.io"}

MAKES: dict[str, frozenset[str] | None] = {
    "*.bitnami.com": SECRET,
    "*.cert-manager.io": SECRET,
    "*.external-secrets.io": SECRET,
    "*.kafka.strimzi.io": SERVED,
    "*.kyverno.io": None,
    "*.postgresql.cnpg.io": SERVED,
    "*.rabbitmq.com": SERVED,
    "BackupRepository.velero.io": frozenset(),
    "Canary.flagger.app": None,
    "*.ray.io": RAY,
    "*.secrets-store.csi.x-k8s.io": SECRET,
    "*.sparkoperator.k8s.io": SPARK,
    "*.trust.cert-manager.io": CONFIG,
    "Alertmanager.monitoring.coreos.com": OPERATED,
    "Gateway.gateway.networking.k8s.io": SERVED,
    "InferenceService.serving.kserve.io": SERVING,
    "JAXJob.kubeflow.org": BATCH,
    "Job.batch.volcano.sh": MPI | {"NetworkPolicy.networking.k8s.io"},
    "JobSet.jobset.x-k8s.io": BATCH,
    "LeaderWorkerSet.leaderworkerset.x-k8s.io": BATCH | {"StatefulSet.apps"},
    "MPIJob.kubeflow.org": MPI,
    "PaddleJob.kubeflow.org": BATCH,
    "Prometheus.monitoring.coreos.com": OPERATED,
    "PrometheusAgent.monitoring.coreos.com": OPERATED,
    "PyTorchJob.kubeflow.org": BATCH | {"HorizontalPodAutoscaler.autoscaling"},
    "ScaledJob.keda.sh": frozenset({"Job.batch"}),
    "Service.serving.knative.dev": SERVING,
    "TFJob.kubeflow.org": BATCH,
    "ThanosRuler.monitoring.coreos.com": OPERATED,
    "TrainJob.trainer.kubeflow.org": BATCH | {"ConfigMap", "Pod", "Secret"},
    "XGBoostJob.kubeflow.org": BATCH,
    # what others read makes nothing by itself
    "*.scheduling.volcano.sh": frozenset(),
    "ClusterServingRuntime.serving.kserve.io": frozenset(),
    "ClusterTrainingRuntime.trainer.kubeflow.org": frozenset(),
    "ServingRuntime.serving.kserve.io": frozenset(),
    "TrainingRuntime.trainer.kubeflow.org": frozenset(),
}
"""`Kind.group`, or `*.group` for all kinds of a group, to the kinds that it may make; None for any."""
