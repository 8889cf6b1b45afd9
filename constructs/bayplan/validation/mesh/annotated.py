"""Where annotations of Istio stand: on objects, and in the templates of pods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.manifests.pointer import pointer, step
from bayplan.validation.fields import mapping_at
from bayplan.validation.mesh.annotations import is_istios
from bayplan.validation.mesh.injection import annotations_of, annotations_pointer
from bayplan.validation.pods import WORKLOAD_KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

ANNOTATED = ("Namespace", "Service", *WORKLOAD_KINDS)
"""Kinds whose annotations Istio reads, or people think that it does."""


def annotations_on(manifest: Manifest, world: World) -> Iterator[tuple[str, str, str, str]]:
    """Kind that carries it, name, value and pointer of every annotation that is Istio's by its name."""
    for name, value in mapping_at(manifest.body, "metadata", "annotations").items():
        if isinstance(name, str) and is_istios(name):
            yield manifest.ref.kind, name, str(value), pointer("metadata", "annotations", name)
    for pod in world.pods.made_by(manifest):
        if manifest.ref.kind != "Pod":
            for name, value in annotations_of(pod).items():
                if is_istios(name):
                    yield "Pod", name, value, step(annotations_pointer(pod), name)
