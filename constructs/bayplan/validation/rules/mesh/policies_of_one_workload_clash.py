"""Two policies of a kind of which one counts are for the same workload.

Of Sidecar, Telemetry, PeerAuthentication and ProxyConfig a workload takes one with a selector, and one of its
namespace: the older one. The other is ignored, and which one is older differs from cluster to cluster. Merge them, or
let them select different workloads.

Source: <https://istio.io/latest/docs/reference/config/networking/sidecar/>
"""

from __future__ import annotations

from collections import defaultdict
from operator import itemgetter
from typing import TYPE_CHECKING

from bayplan.validation.fields import (
    mapping_at,
)
from bayplan.validation.finding import Severity
from bayplan.validation.kinds import kind_of
from bayplan.validation.mesh.kinds import PEER_AUTHENTICATION, PROXY_CONFIG, SIDECAR, TELEMETRY
from bayplan.validation.mesh.policies import labels_of, pointer_of, selected_by, targets_of
from bayplan.validation.once import once
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: telemetry.istio.io/v1
kind: Telemetry
metadata: {name: logs, namespace: chat}
spec: {accessLogging: [{providers: [{name: envoy}]}]}
---
apiVersion: telemetry.istio.io/v1
kind: Telemetry
metadata: {name: traces, namespace: chat}
spec: {tracing: [{providers: [{name: otel}]}]}
"""
GOOD = BAD.replace("name: traces, namespace: chat", "name: traces, namespace: shop")

ONE_COUNTS = (PEER_AUTHENTICATION, PROXY_CONFIG, SIDECAR, TELEMETRY)


@rule(
    "MSH027",
    severity=Severity.DOWN,
    rows=("I5",),
    kinds=ONE_COUNTS,
    fix="merge the two, or let them select different workloads",
)
def policies_of_one_workload_clash(policy: Manifest, world: World) -> Iterator[Hit]:
    """Look for another of the kind and namespace that is for the same workloads and says something else."""
    labels = labels_of(policy)
    if any(targets_of(policy)):
        return
    mine = {id(one) for one in selected_by(policy, world)} if labels else set[int]()
    for other in others_of(policy, mine, world):
        theirs = labels_of(other)
        if other is policy or bool(theirs) != bool(labels) or not world.mesh.are_together(policy, other):
            continue
        if any(targets_of(other)) or settings_of(policy) == settings_of(other):
            continue
        shared = [one for one in selected_by(other, world) if id(one) in mine] if theirs else []
        if shared or not labels:
            who = f"workloads of {shared[0].owner.ref}" if shared and shared[0].owner else "all of the namespace"
            told = f"is for {who}, as {other.ref} is: one of them is ignored"
            yield Hit(pointer_of(policy) if labels else "", told, world.mesh.status_with(other, policy))
            return


def others_of(policy: Manifest, mine: Iterable[int], world: World) -> list[Manifest]:
    """The policies of its kind and namespace that select any of the same workloads, in the order of the tree."""
    group, known = (kind_of(policy), policy.ref.namespace), policies_of(world)
    found = {id(one): (place, one) for number in mine or [0] for place, one in known.get((*group, number), ())}
    return [one for _, one in sorted(found.values(), key=itemgetter(0))]


@once
def policies_of(world: World) -> Mapping[tuple[str, str, int], list[tuple[int, Manifest]]]:
    """Policies with their place, by kind, namespace and the identity of a workload that they select; 0 for all."""
    found: dict[tuple[str, str, int], list[tuple[int, Manifest]]] = defaultdict(list)
    for (kind, namespace), same in world.mesh.policies_in.items():
        for place, one in enumerate(same if kind in ONE_COUNTS else ()):
            chosen = [id(workload) for workload in selected_by(one, world)] if labels_of(one) else [0]
            for number in chosen:
                found[kind, namespace, number].append((place, one))
    return found


def settings_of(policy: Manifest) -> object:
    """What a policy says beside whom it selects; two Telemetries or Sidecars that say the same clash all the same."""
    if kind_of(policy) in (SIDECAR, TELEMETRY):
        return policy.ref
    spec = mapping_at(policy.body, "spec")
    return {key: value for key, value in spec.items() if key not in ("selector", "workloadSelector")}
