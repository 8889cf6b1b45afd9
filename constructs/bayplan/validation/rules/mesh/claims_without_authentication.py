"""A VirtualService routes by claims of a token that its gateway does not check.

Claims are known only after a RequestAuthentication for the gateway's pods has checked the token: without one the match
never holds, or is refused. Add a RequestAuthentication in the gateway's namespace that selects its pods.

Source: <https://istio.io/latest/docs/reference/config/analysis/ist0149/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.manifests.pointer import pointer
from bayplan.validation.fields import (
    mapping_at,
    mappings_at,
    words_at,
)
from bayplan.validation.finding import Severity
from bayplan.validation.mesh.kinds import REQUEST_AUTHENTICATION, VIRTUAL_SERVICE
from bayplan.validation.mesh.lookup import behind_gateway
from bayplan.validation.mesh.policies import labels_of, targets_of
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.mesh.workloads import Workload
    from bayplan.validation.world import World

BAD = """
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: chat, namespace: ingress}
spec:
  hosts: [chat.example.com]
  gateways: [public]
  http:
    - match: [{headers: {"@request.auth.claims.group": {exact: staff}}}]
      directResponse: {status: 200}
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: public, namespace: ingress}
spec:
  selector: {istio: ingressgateway}
  servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: [chat.example.com]}]
---
apiVersion: v1
kind: Pod
metadata: {name: gateway, namespace: ingress, labels: {istio: ingressgateway}}
spec:
  containers: [{name: gateway, image: "registry.example.com/gateway@sha256:0", ports: [{containerPort: 80}]}]
---
apiVersion: v1
kind: Service
metadata: {name: gateway, namespace: ingress}
spec:
  selector: {istio: ingressgateway}
  ports: [{name: http, port: 80}]
"""
GOOD = (
    BAD
    + """
---
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: {name: staff, namespace: ingress}
spec:
  selector: {matchLabels: {istio: ingressgateway}}
  jwtRules: [{issuer: "https://id.example.com", jwksUri: "https://id.example.com/keys"}]
"""
)

CLAIMS = "@request.auth.claims"


@rule(
    "MSH030",
    severity=Severity.DOWN,
    rows=("I5",),
    kinds=(VIRTUAL_SERVICE,),
    fix="add a RequestAuthentication that selects the gateway's pods",
)
def claims_without_authentication(route: Manifest, world: World) -> Iterator[Hit]:
    """Find matches by claims, and for every gateway of the route a RequestAuthentication."""
    where = next(matches_by_claims(route), "")
    if not where:
        return
    for name in words_at(route.body, "spec", "gateways"):
        for pods in behind_gateway(name, route.ref.namespace, world) if name != "mesh" else ():
            if not is_checked(pods, world):
                lack = world.doubt(REQUEST_AUTHENTICATION, pods.namespace)
                told = f"routes by claims, but no RequestAuthentication selects the pods of gateway {name}"
                yield Hit(where, told + lack.doubt, lack.status)
                return


def matches_by_claims(route: Manifest) -> Iterator[str]:
    """Pointers of matches that ask for claims."""
    for number, rule_ in mappings_at(route.body, "spec", "http"):
        for index, match in mappings_at(rule_, "match"):
            for key in ("headers", "withoutHeaders"):
                if any(name.startswith(CLAIMS) for name in mapping_at(match, key)):
                    yield pointer("spec", "http", number, "match", index, key)


def is_checked(pods: Workload, world: World) -> bool:
    """Whether a RequestAuthentication is for some pods: of their namespace, or of the root."""
    for place in {pods.namespace, world.mesh.root}:
        for policy in world.mesh.policies_in.get((REQUEST_AUTHENTICATION, place), ()):
            if any(targets_of(policy)) or all(pods.carries(*pair) for pair in labels_of(policy).items()):
                return True
    return False
