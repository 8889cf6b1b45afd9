"""The weights of a route's destinations add up to nothing.

Istio's webhook refuses a route with several destinations and no weight among them, and with it the sync fails. A
weight that is left out is 0, not an equal share. Give at least one destination a weight.

Source: <https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRouteDestination>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.manifests.pointer import pointer
from bayplan.validation.fields import (
    mappings_at,
)
from bayplan.validation.finding import Severity
from bayplan.validation.mesh.kinds import VIRTUAL_SERVICE
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: chat, namespace: chat}
spec:
  hosts: [chat.example.com]
  http:
    - route:
        - destination: {host: chat, port: {number: 80}}
        - destination: {host: chat, port: {number: 81}}
---
apiVersion: v1
kind: Service
metadata: {name: chat, namespace: chat}
spec:
  ports: [{name: http, port: 80}, {name: http-next, port: 81}]
"""
GOOD = BAD.replace("{number: 80}}", "{number: 80}}\n          weight: 100")


@rule(
    "MSH013",
    severity=Severity.SYNC,
    rows=("I3",),
    kinds=(VIRTUAL_SERVICE,),
    fix="give the destinations weights",
)
def weights_add_up_to_nothing(route: Manifest, world: World) -> Iterator[Hit]:  # noqa: ARG001
    """Add up the weights of each route."""
    for protocol in ("http", "tls", "tcp"):
        for index, rule_ in mappings_at(route.body, "spec", protocol):
            weights = [one.get("weight") or 0 for _, one in mappings_at(rule_, "route")]
            numbers = [weight for weight in weights if isinstance(weight, int)]
            if len(weights) > 1 and len(numbers) == len(weights) and sum(numbers) == 0:
                yield Hit(pointer("spec", protocol, index, "route"), f"has {len(weights)} destinations without weight")
