"""An annotation of Istio stands on a kind of object that Istio does not read it from.

It does nothing: what is for pods must stand in the pod template, not on the Deployment, and not on the Namespace; what
is for Services on the Service. Move it.

Source: <https://istio.io/latest/docs/reference/config/analysis/ist0107/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.manifests.pointer import pointer
from bayplan.validation.fields import (
    annotation,
)
from bayplan.validation.finding import Severity
from bayplan.validation.mesh.annotated import ANNOTATED, annotations_on
from bayplan.validation.mesh.annotations import LABELS_ONLY, PLACES, SET_BY_ISTIO
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: v1
kind: Namespace
metadata: {name: chat, annotations: {sidecar.istio.io/proxyCPU: 200m}}
"""
GOOD = BAD.replace("sidecar.istio.io/proxyCPU: 200m", "topology.istio.io/controlPlaneClusters: main")


@rule(
    "MSH046",
    severity=Severity.LOSS,
    rows=("I7",),
    kinds=ANNOTATED,
    fix="move it to where Istio reads it",
)
def annotation_is_on_wrong_kind(manifest: Manifest, world: World) -> Iterator[Hit]:
    """Compare the place of every annotation with where it may stand."""
    for kind, name, _, where in annotations_on(manifest, world):
        places = PLACES.get(name, ())
        if name in SET_BY_ISTIO or not places or "Any" in places:
            continue
        if kind not in places:
            yield Hit(where, f"is read from {' and '.join(places)}, not from {kind}")
    for name in LABELS_ONLY if manifest.ref.kind == "Namespace" else ():
        if annotation(manifest.body, name):
            yield Hit(pointer("metadata", "annotations", name), "is a label, and does nothing as an annotation")
