"""A Sidecar is for pods that have no sidecar.

In ambient mode ztunnel carries the traffic and nobody reads Sidecars: the limits on what is sent to each proxy, and on
where calls may go, do not hold. Take it away; limit egress by a waypoint and ServiceEntries.

Source: <https://istio.io/latest/docs/reference/config/analysis/ist0167/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.finding import Severity
from bayplan.validation.mesh.injection import is_ambient
from bayplan.validation.mesh.kinds import SIDECAR
from bayplan.validation.mesh.policies import labels_of, pointer_of, selected_by
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: v1
kind: Namespace
metadata: {name: chat, labels: {istio.io/dataplane-mode: ambient}}
---
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default, namespace: chat}
spec: {egress: [{hosts: ["./*"]}]}
"""
GOOD = BAD.replace("istio.io/dataplane-mode: ambient", "istio-injection: enabled")


@rule(
    "MSH035",
    severity=Severity.LOSS,
    rows=("I8",),
    kinds=(SIDECAR,),
    fix="take the Sidecar away, or give the pods sidecars",
)
def sidecar_policy_in_ambient(policy: Manifest, world: World) -> Iterator[Hit]:
    """Ask of the selected pods, or of the namespace, whether they are in ambient mode."""
    pods = [one.pod for one in selected_by(policy, world) if one.pod is not None] if labels_of(policy) else []
    if pods and all(is_ambient(pod, world) for pod in pods):
        yield Hit(pointer_of(policy), f"selects pods of {pods[0].owner.ref}, which are in ambient mode")
    elif not labels_of(policy) and world.injection.is_ambient(policy.ref.namespace):
        own = [one.pod for one in world.mesh.workloads.within(policy.ref.namespace) if one.pod is not None]
        if not own or all(is_ambient(pod, world) for pod in own):
            yield Hit("", f"is for namespace {policy.ref.namespace}, which is in ambient mode")
