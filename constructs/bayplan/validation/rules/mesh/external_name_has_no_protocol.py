"""A Service for an external name has a port of which the mesh cannot tell the protocol.

The proxies then have a TCP listener for that port on every address, which takes connections that were meant for
others, and sends them to the external name. Begin the port's name with its protocol, or say `appProtocol`.

Source: <https://istio.io/latest/docs/reference/config/analysis/ist0150/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.manifests.pointer import pointer
from bayplan.validation.fields import (
    mappings_at,
    text_at,
)
from bayplan.validation.finding import Confidence, Severity
from bayplan.validation.mesh.protocols import protocol_of
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: v1
kind: Namespace
metadata: {name: chat, labels: {istio-injection: enabled}}
---
apiVersion: v1
kind: Service
metadata: {name: outside, namespace: chat}
spec:
  type: ExternalName
  externalName: api.example.com
  ports: [{name: api, port: 443}]
"""
GOOD = BAD.replace("name: api,", "name: https-api,")


@rule(
    "MSH062",
    severity=Severity.RISK,
    rows=("S4",),
    kinds=("Service",),
    confidence=Confidence.MEDIUM,
    fix="begin the port's name with its protocol, or say appProtocol",
)
def external_name_has_no_protocol(service: Manifest, world: World) -> Iterator[Hit]:
    """Read the protocol of every port, where there is a mesh."""
    if text_at(service.body, "spec", "type") != "ExternalName" or not world.mesh.is_declared:
        return
    for index, port in mappings_at(service.body, "spec", "ports"):
        if not protocol_of(port) or text_at(port, "name") == "tcp":
            yield Hit(pointer("spec", "ports", index), f"port {port.get('port')} of an external name says no protocol")
            return
