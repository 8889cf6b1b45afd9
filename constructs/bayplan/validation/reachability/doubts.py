"""Why it may not be told from NetworkPolicies alone what reaches a pod.

Policies of other kinds come before or beside them, and charts may bring more. Then "stopped" is only "perhaps stopped".

Source: <https://network-policy-api.sigs.k8s.io/api-overview/>
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from bayplan.validation.fields import mapping_at
from bayplan.validation.reachability.authorization import AUTHORIZATION_POLICY
from bayplan.validation.reachability.policy import NETWORK_POLICY

if TYPE_CHECKING:
    from bayplan.validation.reachability.authorization import Guard
    from bayplan.validation.reachability.ends import End
    from bayplan.validation.world import World

FOREIGN = (
    "AdminNetworkPolicy.policy.networking.k8s.io",
    "ApplicationNetworkPolicy.networking.k8s.aws",
    "BaselineAdminNetworkPolicy.policy.networking.k8s.io",
    "CiliumClusterwideNetworkPolicy.cilium.io",
    "CiliumNetworkPolicy.cilium.io",
    "ClusterNetworkPolicy.crd.antrea.io",
    "ClusterNetworkPolicy.networking.k8s.aws",
    "ClusterNetworkPolicy.policy.networking.k8s.io",
    "EgressFirewall.k8s.ovn.org",
    "FQDNNetworkPolicy.networking.gke.io",
    "GlobalNetworkPolicy.crd.projectcalico.org",
    "GlobalNetworkPolicy.projectcalico.org",
    "NetworkPolicy.crd.antrea.io",
    "NetworkPolicy.crd.projectcalico.org",
    "NetworkPolicy.projectcalico.org",
)
"""Kinds that also decide what reaches a pod; those without a namespace do so everywhere."""
CILIUM = "cilium.io"
PREFIXES = ("k8s:", "any:")
"""What Cilium may write before a label."""


class Doubts:
    """The reasons of a tree, by namespace."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._foreign: dict[str, list[tuple[str, dict[str, str]]]] = defaultdict(list)
        for kind in FOREIGN:
            for one in world.by_kind.get(kind, ()):
                selector = mapping_at(one.body, "spec", "endpointSelector", "matchLabels") if CILIUM in kind else {}
                self._foreign[one.ref.namespace].append((str(one.ref), {bare(key): v for key, v in selector.items()}))

    def about(self, end: End) -> str:
        """Why it is not known what its policies stop, in words; "" if nothing speaks against them."""
        if end.pod is None:
            return ""
        draft = self._world.draft_of(end.pod.owner)
        if draft:
            return draft
        namespace = end.namespace or ""
        for where in dict.fromkeys((namespace, "")):
            for name, labels in self._foreign.get(where, ()):
                if all(end.labels.get(key, value) == value for key, value in labels.items()):
                    return f"{name} may decide otherwise"
        return self._world.doubt(NETWORK_POLICY, namespace).doubt.removeprefix(", but ").removeprefix("; ")

    def of_mesh(self, end: End, guard: Guard) -> str:
        """Why it is not known whether policies of the mesh refuse, in words: others may allow it."""
        if end.pod is None:
            return ""
        draft = self._world.draft_of(end.pod.owner)
        if draft or guard.action == "DENY":
            return draft
        return (
            self._world.doubt(AUTHORIZATION_POLICY, end.namespace or "").doubt.removeprefix(", but ").removeprefix("; ")
        )


def bare(key: str) -> str:
    """A label as the pod carries it."""
    for prefix in PREFIXES:
        key = key.removeprefix(prefix)
    return key
