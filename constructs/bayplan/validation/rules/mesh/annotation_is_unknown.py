"""An annotation looks like one of Istio's and is none.

It does nothing: a name that was mistyped, or that Istio no longer knows. Names are told apart by capitals. Use the
name in Istio's reference, or take it away.

Source: <https://istio.io/latest/docs/reference/config/analysis/ist0108/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.finding import Confidence, Severity
from bayplan.validation.mesh.annotated import ANNOTATED, annotations_on
from bayplan.validation.mesh.annotations import PLACES, TOOLS
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: v1
kind: Service
metadata: {name: chat, namespace: chat, annotations: {networking.istio.io/exportsTo: .}}
spec:
  ports: [{name: http, port: 80}]
"""
GOOD = BAD.replace("exportsTo", "exportTo")

KNOWN = {name.lower(): name for name in PLACES}


@rule(
    "MSH047",
    severity=Severity.RISK,
    rows=("I7",),
    kinds=ANNOTATED,
    confidence=Confidence.MEDIUM,
    fix="use the name in Istio's reference of annotations",
)
def annotation_is_unknown(manifest: Manifest, world: World) -> Iterator[Hit]:
    """Look up every annotation that is Istio's by its prefix."""
    for _, name, _, where in annotations_on(manifest, world):
        if name not in PLACES and not name.startswith(TOOLS):
            meant = KNOWN.get(name.lower())
            yield Hit(where, f"{name} is no annotation of Istio" + (f"; {meant} is" if meant else ""))
