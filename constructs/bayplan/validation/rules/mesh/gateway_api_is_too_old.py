"""The CRDs of the Gateway API are older than Istio reads them.

istiod leaves a kind alone whose CRD is older than it knows: routes of that kind are accepted by the API server, and
nothing routes them. Install the CRDs of a newer release of the Gateway API.

Source: <https://istio.io/latest/docs/tasks/traffic-management/ingress/gateway-api/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.manifests.pointer import pointer
from bayplan.validation.fields import (
    annotation,
)
from bayplan.validation.finding import Severity, Status
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: tlsroutes.gateway.networking.k8s.io
  annotations: {gateway.networking.k8s.io/bundle-version: v1.4.1}
spec:
  group: gateway.networking.k8s.io
  names: {kind: TLSRoute, plural: tlsroutes}
  scope: Namespaced
  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]
---
apiVersion: v1
kind: Namespace
metadata: {name: chat, labels: {istio-injection: enabled}}
"""
GOOD = BAD.replace("v1.4.1", "v1.5.0")

VERSION = "gateway.networking.k8s.io/bundle-version"
LEAST = {
    "backendtlspolicies.gateway.networking.k8s.io": (1, 4, 0),
    "grpcroutes.gateway.networking.k8s.io": (1, 1, 0),
    "tcproutes.gateway.networking.k8s.io": (1, 6, 0),
    "tlsroutes.gateway.networking.k8s.io": (1, 5, 0),
}
"""CRD to the release of the Gateway API from which on Istio 1.31 reads it."""


@rule(
    "MSH053",
    severity=Severity.LOSS,
    rows=("D1",),
    kinds=("CustomResourceDefinition.apiextensions.k8s.io",),
    fix="install the CRDs of a newer release of the Gateway API",
)
def gateway_api_is_too_old(definition: Manifest, world: World) -> Iterator[Hit]:
    """Compare the release in the CRD's annotation with what Istio needs, where there is Istio."""
    least = LEAST.get(definition.ref.name)
    version = annotation(definition.body, VERSION)
    numbers = version.removeprefix("v").partition("-")[0].split(".")
    if least is None or world.injection.is_absent or not all(number.isdigit() for number in numbers):
        return
    if tuple(int(number) for number in numbers) < least:
        wanted = ".".join(map(str, least))
        sure = world.cluster is not None or world.mesh.is_declared
        told = f"is of release {version}, and Istio reads it from v{wanted} on"
        where = pointer("metadata", "annotations", VERSION)
        yield Hit(where, told, Status.BROKEN if sure else Status.UNKNOWN)
