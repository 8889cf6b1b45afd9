"""A pod claims devices by a name that does not exist.

The pod stays Pending: without the ResourceClaim, or the ResourceClaimTemplate that makes one for each pod, nobody knows
which devices it wants. Neither leaves its namespace. Commit the claim beside the workload, or correct its name.

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
    from bayplan.validation.world import World

BAD = """
apiVersion: v1
kind: Pod
metadata: {name: chat, namespace: chat}
spec:
  containers:
    - name: chat
      image: registry.example.com/chat@sha256:0
      resources: {claims: [{name: gpu}]}
  resourceClaims: [{name: gpu, resourceClaimName: sharedd}]
---
apiVersion: resource.k8s.io/v1
kind: ResourceClaim
metadata: {name: shared, namespace: chat}
spec: {devices: {requests: [{name: gpu, exactly: {deviceClassName: gpu.nvidia.com}}]}}
"""
GOOD = BAD.replace("sharedd", "shared")
KINDS = {"resourceClaimName": "ResourceClaim", "resourceClaimTemplateName": "ResourceClaimTemplate"}


@rule(
    "REF008",
    severity=Severity.DOWN,
    rows=("W3",),
    kinds=POD_KINDS,
    fix="commit the claim in the workload's namespace",
)
def resource_claim_is_missing(workload: Manifest, world: World) -> Iterator[Hit]:
    """Look up the claims of every pod."""
    for pod in world.pods.made_by(workload):
        for index, claim in mappings_at(pod.spec, "resourceClaims") if "resourceClaims" in pod.spec else ():
            for field, kind in KINDS.items():
                name = text_at(claim, field)
                lack = world.lack(f"{kind}.resource.k8s.io", workload.ref.namespace, name) if name else None
                if lack is not None:
                    message = f"needs {kind} {name}, which is not in its namespace{lack.doubt}"
                    yield Hit(f"{pod.pointer}/resourceClaims/{index}/{field}", message, lack.status)
