"""Both ends of a connection: pods of the tree, and pods of others as far as they are known.

A stranger's labels are a part of what it carries: what is not known of it may be so or not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bayplan.validation.fields import is_variable, mappings_at, text_at, whole_at

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bayplan.validation.pods import Pod

MESH_LABELS = frozenset(
    {
        "istio.io/rev",
        "networking.istio.io/tunnel",
        "security.istio.io/tlsMode",
        "service.istio.io/canonical-name",
        "service.istio.io/canonical-revision",
        "topology.istio.io/network",
        "topology.istio.io/subzone",
    }
)
"""Labels that Istio's webhook puts on the pods that it changes."""
PROXY_PORTS = {"http-envoy-prom": 15090}
"""Ports by name that an injected proxy declares."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class End:
    """One end: whoever runs there, and what policies can know of it."""

    name: str
    """In words: `Deployment chat/web`, `kube-dns`."""
    namespace: str | None
    """None where it may be any but those whose pods are all known."""
    labels: Mapping[str, str]
    open_keys: frozenset[str] = MESH_LABELS
    """Labels that may be there, with whatever value."""
    pod: Pod | None = None
    """None for strangers."""
    is_host: bool = False
    """Whether it shares the node's network: then most CNIs take it for the node and apply no policy to it."""
    account: str = ""
    """Of strangers, the service account that the mesh knows them by; "" where it is not known."""
    ports: Mapping[tuple[str, str], int] | None = None
    """Its declared ports by name and protocol; None where they are not known."""

    def hides(self, key: str) -> bool:
        """Whether it is not known if, and with which value, it carries a label."""
        return key in self.open_keys or (self.pod is None and key not in self.labels)


def of_pod(pod: Pod) -> End:
    """The pods of one template; they are all alike."""
    return End(
        name=f"{pod.owner.ref} ({pod.role})" if getattr(pod, "role", "") else str(pod.owner.ref),
        namespace=pod.namespace,
        labels=pod.labels,
        open_keys=MESH_LABELS.difference(pod.labels).union(pod.added_labels),
        pod=pod,
        is_host=pod.spec.get("hostNetwork") is True,
        ports=named_ports(pod),
    )


def stranger(
    name: str, namespace: str | None, labels: Mapping[str, str] | None = None, *, is_host: bool = False
) -> End:
    """Pods of somebody else."""
    return End(name=name, namespace=namespace, labels=labels or {}, is_host=is_host)


def named_ports(pod: Pod) -> Mapping[tuple[str, str], int] | None:
    """The ports that the containers which stay declare, by name and protocol; None where an operator adds some."""
    if getattr(pod, "is_completed", False):
        return None
    found = {(name, "TCP"): number for name, number in PROXY_PORTS.items()}
    for container in pod.containers:
        for _, port in mappings_at(container.body, "ports") if container.role != "init" else ():
            name, number = text_at(port, "name"), whole_at(port, "containerPort")
            if name and number is not None and not is_variable(name):
                found.setdefault((name, text_at(port, "protocol") or "TCP"), number)
    return found
