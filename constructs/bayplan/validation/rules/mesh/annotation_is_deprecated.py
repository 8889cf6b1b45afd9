"""An annotation of Istio is deprecated.

It works today and will not after some upgrade. For `sidecar.istio.io/inject` there is a label of the same name, which
the webhook can select by; statistics are set by Telemetry and by `proxyStatsMatcher`. Move to what has replaced it.

Source: <https://istio.io/latest/docs/reference/config/analysis/ist0135/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.fields import (
    texts_at,
)
from bayplan.validation.finding import Severity
from bayplan.validation.mesh.annotated import ANNOTATED, annotations_on
from bayplan.validation.mesh.annotations import DEPRECATED
from bayplan.validation.mesh.injection import INJECT
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
metadata: {name: chat, namespace: chat, labels: {app: chat}, annotations: {sidecar.istio.io/inject: "false"}}
spec:
  containers: [{name: chat, image: "registry.example.com/chat@sha256:0"}]
"""
GOOD = BAD.replace(
    'app: chat}, annotations: {sidecar.istio.io/inject: "false"}', 'app: chat, sidecar.istio.io/inject: "false"}'
)


@rule(
    "MSH049",
    severity=Severity.RISK,
    rows=("I7",),
    kinds=ANNOTATED,
    fix="use what has replaced it: for injection the label of the same name",
)
def annotation_is_deprecated(manifest: Manifest, world: World) -> Iterator[Hit]:
    """Look up every annotation; the one for injection may stand beside the label that has replaced it."""
    for _, name, _, where in annotations_on(manifest, world):
        if name in DEPRECATED and not (name == INJECT and has_label(manifest, world)):
            yield Hit(where, f"{name} is deprecated" + (", use the label" if name == INJECT else ""))


def has_label(manifest: Manifest, world: World) -> bool:
    """Whether the object or its pods carry the label for injection."""
    return INJECT in texts_at(manifest.body, "metadata", "labels") or any(
        INJECT in pod.labels for pod in world.pods.made_by(manifest)
    )
