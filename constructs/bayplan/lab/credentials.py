"""Files by which the parts of a lab find and trust each other; written before the first of them starts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from bayplan import atomic_file
from bayplan.lab.certificate import make_certificates, make_signing_key
from bayplan.lab.scheduler_profile import configuration

if TYPE_CHECKING:
    from bayplan.lab.layout import Layout

USER = "bayplan-lab"
METRICS_HOST = "lab-metrics.kube-system.svc"
"""How the API server calls the lab's metrics: furnish.serve_metrics."""


def write_credentials(layout: Layout) -> None:
    """Certificates, the key that signs service accounts' tokens, the one user, kubeconfig, the scheduler's scoring."""
    made = make_certificates(METRICS_HOST)
    files = {
        "ca.pem": made.authority,
        "tls.pem": made.certificate,
        "tls-key.pem": made.key,
        "service-accounts.pem": make_signing_key(),
        "tokens.csv": f'{layout.token},{USER},{USER},"system:masters"\n',
        "kubeconfig": json.dumps(_kubeconfig(layout), indent=1) + "\n",
        "scheduler.json": json.dumps(_scheduler(layout), indent=1) + "\n",
    }
    for name, text in files.items():
        atomic_file.write(layout.path / name, text)


def _kubeconfig(layout: Layout) -> dict[str, Any]:
    name = f"bayplan-lab-{layout.name}"
    cluster = {"server": layout.server, "certificate-authority": str(layout.path / "ca.pem")}
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": name, "cluster": cluster}],
        "users": [{"name": name, "user": {"token": layout.token}}],
        "contexts": [{"name": name, "context": {"cluster": name, "user": name}}],
        "current-context": name,
    }


def _scheduler(layout: Layout) -> dict[str, Any]:
    """kube-scheduler as the cluster declares it, and how it reaches this API server."""
    return {
        **configuration(layout.scheduler, layout.accelerators),
        "clientConnection": {"kubeconfig": str(layout.kubeconfig), "qps": 500, "burst": 1000},
        "leaderElection": {"leaderElect": False},
    }
