"""A DestinationRule is for a host that nobody answers to.

It changes nothing: the subsets, the TLS settings and the limits that it asks for are not there for the calls that were
meant. A name without a dot is completed with the rule's own namespace; `chat.prod` is not completed. Name the Service
in full, or the host of a ServiceEntry that the rule's namespace sees.

Source: <https://istio.io/latest/docs/reference/config/networking/destination-rule/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.fields import (
    is_variable,
    text_at,
    words_at,
)
from bayplan.validation.finding import Severity, Status
from bayplan.validation.hosts import full_name
from bayplan.validation.mesh.kinds import DESTINATION_RULE
from bayplan.validation.mesh.lookup import nobody
from bayplan.validation.mesh.names import scopes
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: chat, namespace: chat}
spec:
  host: chatt
  trafficPolicy: {connectionPool: {tcp: {maxConnections: 10}}}
---
apiVersion: v1
kind: Service
metadata: {name: chat, namespace: chat}
spec:
  ports: [{name: http, port: 80}]
"""
GOOD = BAD.replace("chatt", "chat")


@rule(
    "MSH004",
    severity=Severity.LOSS,
    rows=("I1",),
    kinds=(DESTINATION_RULE,),
    fix="name a Service (in another namespace: name.namespace.svc.cluster.local) or the host of a ServiceEntry",
)
def destination_rule_is_for_nobody(policy: Manifest, world: World) -> Iterator[Hit]:
    """Resolve the host as the proxies do that see the rule."""
    home = policy.ref.namespace
    host = text_at(policy.body, "spec", "host")
    full = full_name(host, home)
    if not host or is_variable(full):
        return
    if full.startswith("*"):
        if not world.hosts.meant_by(full):
            yield Hit("/spec/host", f"is for {host}, and no host that is known here ends so", Status.UNKNOWN)
        return
    seen = scopes(words_at(policy.body, "spec", "exportTo"), home)
    viewers = sorted({home if place == "*" else place for place in seen} | {home})
    if not any(world.hosts.answering(full, viewer) for viewer in viewers):
        told, status = nobody(full, home, world)
        yield Hit("/spec/host", f"is for {host}, {told}", status)
