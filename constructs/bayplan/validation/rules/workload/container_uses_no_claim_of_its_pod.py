"""A container uses devices that its pod does not claim.

The API server refuses the pod, and the object that holds its template: what a container lists in `resources.claims`
must stand in `resourceClaims` of the pod. Add the claim to the pod, or correct its name.

Source: <https://kubernetes.io/docs/concepts/scheduling-eviction/dynamic-resource-allocation/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.fields import mappings_at, text_at
from bayplan.validation.finding import Severity
from bayplan.validation.pods import POD_KINDS
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.pod import Pod
    from bayplan.validation.world import World

BAD = """
apiVersion: v1
kind: Pod
metadata: {name: chat, namespace: chat}
spec:
  containers:
    - name: chat
      image: registry.example.com/chat@sha256:0
      resources: {claims: [{name: gpus}]}
  resourceClaims: [{name: gpu, resourceClaimName: shared}]
---
apiVersion: resource.k8s.io/v1
kind: ResourceClaim
metadata: {name: shared, namespace: chat}
spec: {devices: {requests: [{name: gpu, exactly: {deviceClassName: gpu.nvidia.com}}]}}
"""
GOOD = BAD.replace("gpus", "gpu")


@rule(
    "WRK018",
    severity=Severity.SYNC,
    rows=("W3",),
    kinds=POD_KINDS,
    fix="list the claim in `resourceClaims` of the pod",
)
def container_uses_no_claim_of_its_pod(workload: Manifest, world: World) -> Iterator[Hit]:
    """Compare what containers use with what their pod claims."""
    for pod in world.pods.made_by(workload):
        yield from unclaimed(pod)


def unclaimed(pod: Pod) -> Iterator[Hit]:
    """Claims of containers that their pod does not have."""
    names = {text_at(claim, "name") for _, claim in mappings_at(pod.spec, "resourceClaims")}
    for container in pod.containers:
        resources = container.body.get("resources")
        for index, claim in mappings_at(resources, "claims") if isinstance(resources, dict) else ():
            name = text_at(claim, "name")
            if name and name not in names:
                has = ", ".join(sorted(names)) or "none"
                where = f"{container.pointer}/resources/claims/{index}/name"
                yield Hit(where, f"container {container.name} uses claim {name}; its pod has {has}")
