"""An Ingress is of a class that does not exist.

No controller feels responsible: nothing listens for its hosts, and nothing says so, for an Ingress without an address
is a valid one. Name an IngressClass that is there. Where a tree has no IngressClass at all, its controller or the cloud
brings them: then it can only be said that nothing here does.

Source: <https://kubernetes.io/docs/concepts/services-networking/ingress/#ingress-class>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.backends import INGRESS
from bayplan.validation.cluster_wide import lack_in_cluster
from bayplan.validation.fields import is_variable, text_at
from bayplan.validation.finding import Severity
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
    lack = lack_in_cluster(world, CLASS, name) if name and not is_variable(name) else None
    if lack is None or (CLASS not in world.by_kind and world.outsiders.may_make(CLASS, "")):
        return
    has = ", ".join(sorted({one.ref.name for one in world.by_kind.get(CLASS, ())}))
    told = f"is of class {name}, which does not exist" + (f"; there is {has}" if has else "")
    yield Hit("/spec/ingressClassName", told + lack.doubt, lack.status)
