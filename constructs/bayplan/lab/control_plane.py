"""Command lines of the control plane: how each part is started, in order.

Flags as in kubernetes.io/docs/reference/command-line-tools-reference; everything listens on loopback only.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bayplan.lab.port import LOOPBACK

if TYPE_CHECKING:
    from bayplan.lab.layout import Layout
    from bayplan.lab.parts import Parts


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """One process of a lab."""

    name: str
    command: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)
    """Beside that of the warden."""
    ready: str = ""
    """URL that answers 200 once it serves; "" where nothing waits for it."""


def control_plane(layout: Layout, parts: Parts) -> tuple[Program, ...]:
    """etcd, API server, controllers, scheduler and simulated kubelets, in the order of their start."""
    return (
        _etcd(layout, parts),
        _kube_apiserver(layout, parts),
        _kube_controller_manager(layout, parts),
        _kube_scheduler(layout, parts),
        _kwok(layout, parts),
    )


def _etcd(layout: Layout, parts: Parts) -> Program:
    client, peer = (f"http://{LOOPBACK}:{layout.ports[name]}" for name in ("etcd", "etcd-peer"))
    flags = [
        "--unsafe-no-fsync",  # nothing in here has to outlive the machine
        f"--data-dir={layout.path / 'etcd'}",
        f"--listen-client-urls={client}",
        f"--advertise-client-urls={client}",
        f"--listen-peer-urls={peer}",
        f"--initial-advertise-peer-urls={peer}",
        f"--initial-cluster=default={peer}",
        "--log-level=warn",
    ]
    return Program(name="etcd", command=(str(parts.binary("etcd")), *flags), ready=f"{client}/health")


def _kube_apiserver(layout: Layout, parts: Parts) -> Program:
    signing = layout.path / "service-accounts.pem"
    flags = [
        f"--etcd-servers=http://{LOOPBACK}:{layout.ports['etcd']}",
        f"--bind-address={LOOPBACK}",
        f"--advertise-address={LOOPBACK}",
        f"--secure-port={layout.ports['kube-apiserver']}",
        f"--tls-cert-file={layout.path / 'tls.pem'}",
        f"--tls-private-key-file={layout.path / 'tls-key.pem'}",
        f"--token-auth-file={layout.path / 'tokens.csv'}",
        "--authorization-mode=RBAC",
        "--service-account-issuer=https://kubernetes.default.svc",
        f"--service-account-key-file={signing}",
        f"--service-account-signing-key-file={signing}",
        "--service-cluster-ip-range=10.96.0.0/16",
        "--endpoint-reconciler-type=none",
        "--enable-aggregator-routing=false",
        # who else answers for it (aggregate.py) is told who asks, and by this certificate that it may believe so
        f"--requestheader-client-ca-file={layout.path / 'ca.pem'}",
        f"--proxy-client-cert-file={layout.path / 'tls.pem'}",
        f"--proxy-client-key-file={layout.path / 'tls-key.pem'}",
        "--requestheader-username-headers=X-Remote-User",
        "--requestheader-group-headers=X-Remote-Group",
        "--requestheader-extra-headers-prefix=X-Remote-Extra-",
        "--profiling=false",
    ]
    # /readyz may be asked without a token: system:public-info-viewer
    return Program(
        name="kube-apiserver", command=(str(parts.binary("kube-apiserver")), *flags), ready=f"{layout.server}/readyz"
    )


def _kube_controller_manager(layout: Layout, parts: Parts) -> Program:
    flags = [
        f"--kubeconfig={layout.kubeconfig}",
        f"--service-account-private-key-file={layout.path / 'service-accounts.pem'}",
        f"--root-ca-file={layout.path / 'ca.pem'}",
        "--controllers=*,-node-ipam-controller",  # node-lifecycle stays: it takes the not-ready taint off new nodes
        "--leader-elect=false",
        "--secure-port=0",
        "--kube-api-qps=500",
        "--kube-api-burst=1000",
        # an hour of a cluster's patience is a minute here
        "--horizontal-pod-autoscaler-sync-period=2s",
        "--horizontal-pod-autoscaler-initial-readiness-delay=1s",
        "--horizontal-pod-autoscaler-cpu-initialization-period=1s",
    ]
    return Program(name="kube-controller-manager", command=(str(parts.binary("kube-controller-manager")), *flags))


def _kube_scheduler(layout: Layout, parts: Parts) -> Program:
    flags = [f"--config={layout.path / 'scheduler.json'}", "--secure-port=0"]
    return Program(name="kube-scheduler", command=(str(parts.binary("kube-scheduler")), *flags))


def _kwok(layout: Layout, parts: Parts) -> Program:
    flags = [
        f"--kubeconfig={layout.kubeconfig}",
        f"--config={layout.path / 'stages.yaml'}",
        "--manage-all-nodes=true",
        "--enable-crds=",
        "--node-lease-duration-seconds=40",  # without a heartbeat node-lifecycle takes nodes for lost after 50 s
        f"--node-ip={LOOPBACK}",
        f"--node-port={layout.ports['kwok']}",
        f"--server-address={LOOPBACK}:{layout.ports['kwok']}",
    ]
    return Program(name="kwok", command=(str(parts.binary("kwok")), *flags))
