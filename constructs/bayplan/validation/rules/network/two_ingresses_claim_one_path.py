"""Two Ingresses of one class claim the same path of a host.

Only one of them gets the requests: for most controllers the older one, which nobody remembers; the admission webhook of
ingress-nginx refuses the other, and the sync fails. Keep one of the two. A canary of ingress-nginx and the minions of a
mergeable Ingress are meant to meet.

Source: <https://kubernetes.github.io/ingress-nginx/how-it-works/#building-the-nginx-model>
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from bayplan.manifests.pointer import pointer
from bayplan.validation.backends import INGRESS
from bayplan.validation.fields import annotation, is_variable, mapping_at, mappings_at, text_at
from bayplan.validation.finding import Confidence, Severity
from bayplan.validation.once import once
from bayplan.validation.pairs import meeting
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: chat, namespace: chat}
spec:
  rules:
    - host: chat.example.com
      http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: chat, port: {number: 80}}}}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: chat-old, namespace: chat}
spec:
  rules:
    - host: chat.example.com
      http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: chat, port: {number: 80}}}}]}
---
apiVersion: v1
kind: Service
metadata: {name: chat, namespace: chat}
spec: {ports: [{name: http, port: 80}]}
"""
GOOD = BAD.replace("path: /,", "path: /old,", 1)

MEANT_TO_MEET = ("nginx.ingress.kubernetes.io/canary", "nginx.org/mergeable-ingress-type", "acme.cert-manager.io/")

OWN_BALANCER = frozenset({"alb", "gce", "gce-internal", "ngrok", "tailscale"})
"""Classes that give every Ingress an address of its own, where nothing can meet."""


class Claim(NamedTuple):
    """One path of a host, as a controller tells them apart."""

    class_name: str
    host: str
    path: str
    kind: str


@rule(
    "NET010",
    severity=Severity.DOWN,
    rows=("S5",),
    kinds=(INGRESS,),
    confidence=Confidence.MEDIUM,
    fix="keep the path in one Ingress",
)
def two_ingresses_claim_one_path(ingress: Manifest, world: World) -> Iterator[Hit]:
    """Look for an Ingress earlier in the tree that claims the same."""
    for claim, where in claims_of(ingress):
        for other in claimants(world)[claim]:
            if other is ingress:
                break
            sure = meeting(ingress, other, world)
            if sure is not None:
                told = f"claims {claim.host or 'every host'} {claim.path}, as {other.ref} does{sure.doubt}"
                yield Hit(where, told, sure.status)
                break


@once
def claimants(world: World) -> Mapping[Claim, list[Manifest]]:
    """Whoever claims each path, in the order of the tree."""
    found: dict[Claim, list[Manifest]] = defaultdict(list)
    for ingress in world.by_kind.get(INGRESS, ()):
        for claim, _ in claims_of(ingress):
            found[claim].append(ingress)
    return found


def claims_of(ingress: Manifest) -> Iterator[tuple[Claim, str]]:
    """The paths that an Ingress claims for itself alone, each with its pointer."""
    annotations = mapping_at(ingress.body, "metadata", "annotations")
    if any(str(key).startswith(MEANT_TO_MEET) for key in annotations):
        return
    said = text_at(ingress.body, "spec", "ingressClassName")
    class_name = said or annotation(ingress.body, "kubernetes.io/ingress.class")
    for index, item in mappings_at(ingress.body, "spec", "rules") if class_name not in OWN_BALANCER else ():
        host = text_at(item, "host")
        if is_variable(host):
            continue
        for number, path in mappings_at(item, "http", "paths"):
            where = pointer("spec", "rules", index, "http", "paths", number)
            route = text_at(path, "path") or "/"
            yield Claim(class_name, host, route, text_at(path, "pathType")), where
