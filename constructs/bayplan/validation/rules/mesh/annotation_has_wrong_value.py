"""An annotation of Istio has a value that Istio cannot read.

The webhook refuses the pod: its controller tries again and again, and nothing runs. Mend the value as the message
says.

It is judged where the annotation counts: in pod templates.

Source: <https://istio.io/latest/docs/reference/config/analysis/ist0125/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.fields import (
    is_variable,
)
from bayplan.validation.finding import Severity
from bayplan.validation.mesh.annotated import ANNOTATED, annotations_on
from bayplan.validation.mesh.annotations import PLACES, VALUES
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
kind: Pod
metadata: {name: chat, namespace: chat, labels: {app: chat}, annotations: {sidecar.istio.io/proxyCPU: 200 m}}
spec:
  containers: [{name: chat, image: "registry.example.com/chat@sha256:0"}]
"""
GOOD = BAD.replace("200 m", "200m")


@rule(
    "MSH048",
    severity=Severity.DOWN,
    rows=("I7",),
    kinds=ANNOTATED,
    fix="give the annotation a value that Istio reads",
)
def annotation_has_wrong_value(manifest: Manifest, world: World) -> Iterator[Hit]:
    """Read the values as the webhook does."""
    for kind, name, value, where in annotations_on(manifest, world):
        if name in VALUES and kind in PLACES[name] and not is_variable(value):
            check, wanted = VALUES[name]
            if not check(value):
                yield Hit(where, f"is {value!r}, which is not {wanted}")
