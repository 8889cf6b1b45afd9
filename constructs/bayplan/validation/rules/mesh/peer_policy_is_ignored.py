"""A PeerAuthentication in the root namespace has a selector.

istiod takes policies for workloads from their own namespace alone: in the root namespace only the one without a
selector counts, for the whole mesh. The mode that it asks for holds nowhere. Put it into the namespace of the
workload.

Source: <https://istio.io/latest/docs/reference/config/security/peer_authentication/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.finding import Severity
from bayplan.validation.mesh.kinds import PEER_AUTHENTICATION
from bayplan.validation.mesh.policies import labels_of, pointer_of, selected_by
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: strict, namespace: istio-system}
spec: {selector: {matchLabels: {app: chat}}, mtls: {mode: STRICT}}
---
apiVersion: v1
kind: Pod
metadata: {name: chat, namespace: istio-system, labels: {app: chat, sidecar.istio.io/inject: "true"}}
spec:
  containers: [{name: chat, image: "registry.example.com/chat@sha256:0"}]
"""
GOOD = BAD.replace("selector: {matchLabels: {app: chat}}, ", "")


@rule(
    "MSH036",
    severity=Severity.LOSS,
    rows=("I5",),
    kinds=(PEER_AUTHENTICATION,),
    fix="put it into the namespace of the workload, or take the selector away",
)
def peer_policy_is_ignored(policy: Manifest, world: World) -> Iterator[Hit]:
    """Look for selectors in the root namespace."""
    if policy.ref.namespace == world.mesh.root and labels_of(policy) and selected_by(policy, world):
        yield Hit(pointer_of(policy), f"has a selector in the root namespace, {world.mesh.root}: it holds nowhere")
