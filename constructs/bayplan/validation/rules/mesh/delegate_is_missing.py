"""A VirtualService delegates to one that is not there, or that is no delegate.

Requests of that rule have no route and get 404. A delegate is a VirtualService without `hosts`; one with hosts is not
merged into the route. Without a namespace it is looked up in that of the VirtualService that names it.

Source: <https://istio.io/latest/docs/reference/config/networking/virtual-service/#Delegate>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.manifests.pointer import pointer
from bayplan.validation.fields import (
    mapping_at,
    mappings_at,
    text_at,
    words_at,
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
metadata: {name: shop, namespace: shop}
spec:
  hosts: [shop.example.com]
  http: [{match: [{uri: {prefix: /cart}}], delegate: {name: cart}}]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: basket, namespace: shop}
spec:
  http: [{directResponse: {status: 503}}]
"""
GOOD = BAD.replace("delegate: {name: cart}", "delegate: {name: basket}")


@rule(
    "MSH008",
    severity=Severity.DOWN,
    rows=("I1",),
    kinds=(VIRTUAL_SERVICE,),
    fix="name a VirtualService without hosts, with its namespace if that is another",
)
def delegate_is_missing(route: Manifest, world: World) -> Iterator[Hit]:
    """Look up every delegate."""
    for index, rule_ in mappings_at(route.body, "spec", "http"):
        delegate = mapping_at(rule_, "delegate")
        name = text_at(delegate, "name")
        if not name:
            continue
        namespace = text_at(delegate, "namespace") or route.ref.namespace
        where = pointer("spec", "http", index, "delegate")
        lack = world.lack(VIRTUAL_SERVICE, namespace, name)
        if lack is not None:
            told = f"delegates to VirtualService {namespace}/{name}, which is not there{lack.doubt}"
            yield Hit(where, told, lack.status)
            continue
        for one in world.by_name.get((VIRTUAL_SERVICE, name), ()):
            if one.ref.namespace == namespace and words_at(one.body, "spec", "hosts"):
                yield Hit(where, f"delegates to {one.ref}, which has hosts of its own", world.mesh.status_with(one))
