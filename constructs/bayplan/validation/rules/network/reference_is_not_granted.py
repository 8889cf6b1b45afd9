"""An object refers to another namespace that does not let it.

What belongs to another namespace may be used only where that says so, by a ReferenceGrant *there*: without it the
route's backend answers 500, and a listener with a certificate from elsewhere is not opened (`RefNotPermitted`). Add a
ReferenceGrant to the namespace that is referred to, for the kind and namespace of this object.

Source: <https://gateway-api.sigs.k8s.io/reference/spec/#referencegrant>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.backends import GATEWAY_GROUP, ROUTE_KINDS, backends_of
from bayplan.validation.certificates import certificates_of
from bayplan.validation.fields import is_variable
from bayplan.validation.finding import Severity
from bayplan.validation.gateways import LISTENING, is_granted
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: chat, namespace: chat}
spec:
  rules: [{backendRefs: [{name: model, namespace: models, port: 80}]}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: ReferenceGrant
metadata: {name: chat, namespace: chat}
spec:
  from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: chat}]
  to: [{group: "", kind: Service}]
---
apiVersion: v1
kind: Service
metadata: {name: model, namespace: models}
spec: {ports: [{name: http, port: 80}]}
"""
GOOD = BAD.replace(
    "metadata: {name: chat, namespace: chat}\nspec:\n  from", "metadata: {name: chat, namespace: models}\nspec:\n  from"
)

GRANT = f"ReferenceGrant.{GATEWAY_GROUP}"


@rule(
    "NET013",
    severity=Severity.DOWN,
    rows=("S6",),
    kinds=(*ROUTE_KINDS, *LISTENING),
    fix="add a ReferenceGrant to the namespace that is referred to",
)
def reference_is_not_granted(sender: Manifest, world: World) -> Iterator[Hit]:
    """Look for a grant for every reference that leaves the namespace."""
    asked = [(one.kind, one.namespace, one.name, one.pointer) for one in backends_of(sender)]
    asked += [("Secret", one.namespace, one.name, one.pointer) for one in certificates_of(sender)]
    for kind, namespace, name, where in asked:
        if namespace == sender.ref.namespace or not sender.ref.namespace or is_variable(namespace + name):
            continue
        if not is_granted(sender, kind, namespace, name, world):
            doubt = world.doubt(GRANT, namespace)
            plain = kind.partition(".")[0]
            told = f"refers to {plain} {namespace}/{name}: no ReferenceGrant there lets {sender.ref.kind}s of"
            yield Hit(where, f"{told} {sender.ref.namespace} do that{doubt.doubt}", doubt.status)
