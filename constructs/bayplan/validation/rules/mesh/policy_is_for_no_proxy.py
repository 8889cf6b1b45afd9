"""A policy of the mesh selects pods that have no proxy.

Nobody enforces it: the pods are in no mesh, because their namespace is not labelled for injection, because they ask
not to be injected, or because they use the host's network. Label the namespace or the pods, or take the policy away.

Source: <https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/#controlling-the-injection-policy>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.finding import Confidence, Severity, Status
from bayplan.validation.mesh.injection import is_in_mesh
from bayplan.validation.mesh.kinds import PROXY_CONFIG
from bayplan.validation.mesh.policies import SELECTORS, labels_of, pointer_of, selected_by, targets_of
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: v1
kind: Namespace
metadata: {name: chat, labels: {istio-injection: enabled}}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: chat, namespace: chat}
spec:
  selector: {matchLabels: {app: chat}}
  rules: [{to: [{operation: {methods: [GET]}}]}]
---
apiVersion: v1
kind: Pod
metadata: {name: chat, namespace: chat, labels: {app: chat, sidecar.istio.io/inject: "false"}}
spec:
  containers: [{name: chat, image: "registry.example.com/chat@sha256:0"}]
"""
GOOD = BAD.replace('inject: "false"', 'inject: "true"')


@rule(
    "MSH026",
    severity=Severity.LOSS,
    rows=("I5", "I7"),
    kinds=tuple(kind for kind in SELECTORS if kind != PROXY_CONFIG),
    confidence=Confidence.MEDIUM,
    fix="have the pods injected, or take the policy away",
)
def policy_is_for_no_proxy(policy: Manifest, world: World) -> Iterator[Hit]:
    """Look whether some of the selected pods have a proxy, or may have one."""
    if not labels_of(policy) or any(targets_of(policy)):
        return
    selected = selected_by(policy, world)
    pods = [one.pod for one in selected if one.pod is not None]
    if pods and len(pods) == len(selected) and all(is_in_mesh(pod, world) is False for pod in pods):
        sure = world.mesh.is_declared or world.injection.is_absent
        doubt = "" if sure else ", unless somebody labels namespaces by hand"
        told = f"selects {pods[0].owner.ref}, whose pods are in no mesh{doubt}"
        yield Hit(pointer_of(policy), told, Status.BROKEN if sure else Status.UNKNOWN)
