"""A Namespace carries labels for two kinds of injection.

`istio-injection` takes the namespace away from the control plane that `istio.io/rev` names, and pods of an ambient
namespace that get a sidecar are not ambient: one of the labels does nothing, and after an upgrade it may be the other
one. Keep one.

Source: <https://istio.io/latest/docs/reference/config/analysis/ist0123/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.manifests.pointer import pointer
from bayplan.validation.fields import (
    texts_at,
)
from bayplan.validation.finding import Severity
from bayplan.validation.mesh.injection import DATAPLANE, INJECTION, REVISION
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: v1
kind: Namespace
metadata: {name: chat, labels: {istio-injection: enabled, istio.io/rev: canary}}
"""
GOOD = BAD.replace("istio-injection: enabled, ", "")


@rule(
    "MSH041",
    severity=Severity.DOWN,
    rows=("I7",),
    kinds=("Namespace",),
    fix="keep one of the labels",
)
def injection_labels_clash(namespace: Manifest, world: World) -> Iterator[Hit]:
    """Count the labels; a namespace that is not to be injected may say so beside the others."""
    labels = texts_at(namespace.body, "metadata", "labels")
    said = [key for key in (INJECTION, REVISION, DATAPLANE) if key in labels]
    if namespace.ref.name == world.mesh.root or labels.get(INJECTION, "enabled") != "enabled":
        return
    if len(said) > 1:
        both = " and ".join(f"{key}={labels[key]}" for key in said)
        yield Hit(pointer("metadata", "labels", said[1]), f"carries {both}: one of them does nothing")
