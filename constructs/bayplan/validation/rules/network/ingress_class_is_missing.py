"""An Ingress is of a class that does not exist.

No controller feels responsible: nothing listens for its hosts, and nothing says so, for an Ingress without an address
is a valid one. Name an IngressClass that is there. Where a tree has no IngressClass at all, its controller or the cloud
brings them: then it can only be said that nothing here does.

Source: <https://kubernetes.io/docs/concepts/services-networking/ingress/#ingress-class>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.backends import INGRESS
from bayplan.validation.fields import is_variable, text_at
from bayplan.validation.finding import Severity, Status
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: chat, namespace: chat}
spec:
  ingressClassName: ngnix
  defaultBackend: {service: {name: chat, port: {number: 80}}}
---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: nginx}
spec: {controller: k8s.io/ingress-nginx}
---
apiVersion: v1
kind: Service
metadata: {name: chat, namespace: chat}
spec: {ports: [{name: http, port: 80}]}
"""
GOOD = BAD.replace("ngnix", "nginx")

CLASS = "IngressClass.networking.k8s.io"


@rule(
    "NET007",
    severity=Severity.DOWN,
    rows=("W7", "S5"),
    kinds=(INGRESS,),
    fix="name an IngressClass that is there",
)
def ingress_class_is_missing(ingress: Manifest, world: World) -> Iterator[Hit]:
    """Look up the class; where classes come from elsewhere altogether, a chart brings them and nothing is said."""
    name = text_at(ingress.body, "spec", "ingressClassName")
    lack = world.lack(CLASS, "", name) if name and not is_variable(name) else None
    if lack is None or (CLASS not in world.by_kind and lack.status is Status.UNKNOWN):
        return
    has = ", ".join(sorted({one.ref.name for one in world.by_kind.get(CLASS, ())}))
    told = f"is of class {name}, which does not exist"
    if has:
        yield Hit("/spec/ingressClassName", f"{told}; there is {has}{lack.doubt}", lack.status)
    else:
        doubt = "; this tree has no IngressClass at all, so somebody else may bring them"
        yield Hit("/spec/ingressClassName", told + doubt, Status.UNKNOWN)
