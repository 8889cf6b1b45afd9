"""A route has a hostname that its Gateway does not serve.

A route gets those names that both it and the listener have: a name outside is passed over without a word, and where
none is left the route is refused (`NoMatchingListenerHostname`). `*.example.com` stands for every name below, also
`a.b.example.com`, and not for `example.com` itself. Correct the name, or add a listener for it.

Source: <https://gateway-api.sigs.k8s.io/reference/spec/#httproutespec>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.manifests.pointer import pointer
from bayplan.validation.backends import GATEWAY_GROUP
from bayplan.validation.fields import is_variable, words_at
from bayplan.validation.finding import Severity
from bayplan.validation.gateways import LISTENING, admits_kind, admits_namespace, meet, parents_of
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.gateways import Listener
    from bayplan.validation.world import World

BAD = """
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public, namespace: ingress}
spec:
  gatewayClassName: istio
  listeners:
    - {name: http, hostname: '*.example.com', port: 80, protocol: HTTP, allowedRoutes: {namespaces: {from: All}}}
---
apiVersion: v1
kind: Service
metadata: {name: chat, namespace: chat}
spec: {ports: [{name: http, port: 80}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: chat, namespace: chat}
spec:
  parentRefs: [{name: public, namespace: ingress}]
  hostnames: [chat.example.org]
  rules: [{backendRefs: [{name: chat, port: 80}]}]
"""
GOOD = BAD.replace("example.org", "example.com")


@rule(
    "NET015",
    severity=Severity.DOWN,
    rows=("S6",),
    kinds=tuple(f"{kind}.{GATEWAY_GROUP}" for kind in ("GRPCRoute", "HTTPRoute", "TLSRoute")),
    fix="use a name that a listener of the Gateway serves, or add a listener for it",
)
def hostname_is_outside_of_listener(route: Manifest, world: World) -> Iterator[Hit]:
    """Compare every hostname with the listeners that take the route; where one is not known, nothing is said."""
    names = words_at(route.body, "spec", "hostnames")
    listeners = listeners_for(route, world) if names else None
    if not listeners or any(is_variable(one.hostname) for one in listeners):
        return
    has = ", ".join(sorted({one.hostname for one in listeners}))
    for index, name in enumerate(names):
        if not is_variable(name) and not any(meet(name, one.hostname) for one in listeners):
            yield Hit(pointer("spec", "hostnames", index), f"is for {name}; the Gateway serves only {has}")


def listeners_for(route: Manifest, world: World) -> list[Listener] | None:
    """The listeners of all parents that take the route; None where a parent is not in the tree."""
    found: list[Listener] = []
    for parent in parents_of(route):
        owner = parent.found(world) if parent.kind in LISTENING else None
        if owner is None:
            return None
        found += [
            one
            for one in parent.chosen(owner)
            if admits_kind(one, route) and admits_namespace(one, route.ref.namespace, world) is not False
        ]
    return found
