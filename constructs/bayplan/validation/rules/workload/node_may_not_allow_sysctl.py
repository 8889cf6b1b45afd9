"""A pod sets something in the kernel that nodes do not allow by default.

The kubelet refuses the pod (SysctlForbidden), and its controller makes a new one that is refused again, without an end.
Only a few settings are safe by default; every other must be allowed by the kubelet of the node, which no file of the
tree shows. Leave it out, or allow it on the nodes and send the pod there.

Source: <https://kubernetes.io/docs/tasks/administer-cluster/sysctl-cluster/#safe-and-unsafe-sysctls>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.fields import mappings_at, text_at
from bayplan.validation.finding import Confidence, Severity, Status
from bayplan.validation.pods import POD_KINDS
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: v1
kind: Pod
metadata: {name: chat, namespace: chat}
spec:
  securityContext: {sysctls: [{name: net.core.somaxconn, value: "1024"}]}
  containers: [{name: chat, image: "registry.example.com/chat@sha256:0"}]
"""
GOOD = BAD.replace("net.core.somaxconn", "net.ipv4.tcp_keepalive_time")
SAFE = frozenset(
    {
        "kernel.shm_rmid_forced",
        "net.ipv4.ip_local_port_range",
        "net.ipv4.ip_local_reserved_ports",
        "net.ipv4.ip_unprivileged_port_start",
        "net.ipv4.ping_group_range",
        "net.ipv4.tcp_fin_timeout",
        "net.ipv4.tcp_keepalive_intvl",
        "net.ipv4.tcp_keepalive_probes",
        "net.ipv4.tcp_keepalive_time",
        "net.ipv4.tcp_notsent_lowat",
        "net.ipv4.tcp_rmem",
        "net.ipv4.tcp_slow_start_after_idle",
        "net.ipv4.tcp_syncookies",
        "net.ipv4.tcp_wmem",
    }
)


@rule(
    "WRK016",
    severity=Severity.DOWN,
    rows=("W3",),
    kinds=POD_KINDS,
    confidence=Confidence.MEDIUM,
    fix="leave it out, or allow it on the nodes (allowedUnsafeSysctls)",
)
def node_may_not_allow_sysctl(workload: Manifest, world: World) -> Iterator[Hit]:
    """Compare the settings with those that every kubelet allows; what others allow is not known."""
    for pod in world.pods.made_by(workload):
        for index, one in mappings_at(pod.spec, "securityContext", "sysctls") if "securityContext" in pod.spec else ():
            name = text_at(one, "name").replace("/", ".")
            if name and name not in SAFE:
                message = f"sets {name}, which nodes refuse unless they are told to allow it"
                yield Hit(f"{pod.pointer}/securityContext/sysctls/{index}/name", message, Status.UNKNOWN)
