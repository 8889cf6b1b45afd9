"""A field of an Istio object is deprecated or ignored.

It works today and will not after some upgrade, or does nothing already. Use the field that the message names.

For `fault.delay.percent` that is `percentage`, which also takes fractions; `outboundTrafficPolicy.egressProxy` is read
by nobody.

Source: <https://istio.io/latest/docs/reference/config/analysis/ist0002/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.manifests.pointer import pointer
from bayplan.validation.fields import (
    mapping_at,
    mappings_at,
    text_at,
    whole_at,
)
from bayplan.validation.finding import Severity
from bayplan.validation.kinds import kind_of
from bayplan.validation.mesh.kinds import SIDECAR, TELEMETRY, VIRTUAL_SERVICE
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
  http: [{fault: {delay: {percent: 5, fixedDelay: 1s}}, directResponse: {status: 200}}]
"""
GOOD = BAD.replace("percent: 5", "percentage: {value: 5}")

CRD = "CustomResourceDefinition.apiextensions.k8s.io"


@rule(
    "MSH050",
    severity=Severity.RISK,
    rows=("D1",),
    kinds=(CRD, SIDECAR, TELEMETRY, VIRTUAL_SERVICE),
    fix="use the field that has replaced it",
)
def field_is_deprecated(manifest: Manifest, world: World) -> Iterator[Hit]:
    """Look at the fields that Istio has replaced."""
    kind = kind_of(manifest)
    if kind == CRD and text_at(manifest.body, "spec", "group") == "rbac.istio.io":
        yield Hit("/spec/group", "is rbac.istio.io, which Istio no longer reads: use AuthorizationPolicy")
    if kind == SIDECAR and mapping_at(manifest.body, "spec", "outboundTrafficPolicy", "egressProxy"):
        yield Hit("/spec/outboundTrafficPolicy/egressProxy", "is ignored by Istio")
    for index, tracing in mappings_at(manifest.body, "spec", "tracing") if kind == TELEMETRY else ():
        named = {text_at(one, "name") for _, one in mappings_at(tracing, "providers")}
        for _, provider in mappings_at(world.mesh.config, "extensionProviders"):
            if "lightstep" in provider and provider.get("name") in named:
                told = f"uses provider {provider['name']} of kind lightstep: use OpenTelemetry"
                yield Hit(pointer("spec", "tracing", index, "providers"), told)
    for index, route in mappings_at(manifest.body, "spec", "http") if kind == VIRTUAL_SERVICE else ():
        if whole_at(route, "fault", "delay", "percent"):
            where = pointer("spec", "http", index, "fault", "delay", "percent")
            yield Hit(where, "is deprecated: use percentage: {value: ...}")
