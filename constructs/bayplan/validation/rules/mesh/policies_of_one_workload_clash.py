"""Two policies of a kind of which one counts are for the same workload.

Of Sidecar, Telemetry, PeerAuthentication and ProxyConfig a workload takes one with a selector, and one of its
namespace: the older one. The other is ignored, and which one is older differs from cluster to cluster. Merge them, or
let them select different workloads.

Source: <https://istio.io/latest/docs/reference/config/networking/sidecar/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.fields import (
    mapping_at,
)
from bayplan.validation.finding import Severity
from bayplan.validation.kinds import kind_of
from bayplan.validation.mesh.kinds import PEER_AUTHENTICATION, PROXY_CONFIG, SIDECAR, TELEMETRY
from bayplan.validation.mesh.policies import labels_of, pointer_of, selected_by, targets_of
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

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
    for other in world.mesh.policies_in.get((kind_of(policy), policy.ref.namespace), ()):
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


def settings_of(policy: Manifest) -> object:
    """What a policy says beside whom it selects; two Telemetries or Sidecars that say the same clash all the same."""
    if kind_of(policy) in (SIDECAR, TELEMETRY):
        return policy.ref
    spec = mapping_at(policy.body, "spec")
    return {key: value for key, value in spec.items() if key not in ("selector", "workloadSelector")}
