"""ConfigMaps and Secrets that a workload cannot start without, and the keys that it looks for in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.fields import is_variable
from bayplan.validation.rule import Hit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.references import Reference
    from bayplan.validation.world import World


def needed(workload: Manifest, world: World, kind: str) -> Iterator[Reference]:
    """References of one kind that are named and not optional."""
    for pod in world.pods.made_by(workload):
        for reference in pod.references:
            if reference.kind == kind and reference.name and not reference.optional:
                yield reference


def missing_keys(reference: Reference, namespace: str, world: World) -> Iterator[Hit]:
    """Keys that what is there surely does not have. Values are never shown."""
    keys = world.contents.keys(reference.kind, namespace, reference.name)
    if keys is None:
        return
    for key in reference.keys:
        if key and key not in keys and not is_variable(key):
            has = ", ".join(sorted(keys)) or "no key"
            yield Hit(reference.pointer, f"needs key {key} of {reference.kind} {reference.name}, which has {has}")
