"""Whether a cluster is the same at two revisions: then all that is found in it is the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.delivery import FLUX
from bayplan.validation.flux.built import Built
from bayplan.validation.flux.charts import setter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

OF_THE_CLUSTER = ("cluster", "drafts", "gaps", "generated", "together", "settings", "is_layered", "elsewhere", "silent")
OF_THE_WAY = ("beginnings", "consumed", "doubts", "failures", "files", "gaps", "kustomizations", "unbuilt")
DEFINITION = "CustomResourceDefinition.apiextensions.k8s.io"


def is_same(base: World, head: World) -> bool:
    """Whether every object is the same, the way that it takes, and what of the rest of the tree anybody looks at."""
    if any(getattr(base, name) != getattr(head, name) for name in OF_THE_CLUSTER):
        return False
    return are_same(base.inventory.manifests, head.inventory.manifests) and is_delivered_alike(base, head)


def are_same(was: Sequence[Manifest], now: Sequence[Manifest]) -> bool:
    """Whether objects are those that they were, in their order; what is built is made anew, and may be alike."""
    return len(was) == len(now) and all(
        one is other or is_built_alike(one, other) for one, other in zip(was, now, strict=True)
    )


def is_built_alike(one: Manifest, other: Manifest) -> bool:
    """Whether two objects were built of the same: nobody can tell them apart."""
    if not isinstance(one, Built) or not isinstance(other, Built) or one.source is not other.source:
        return False
    return all(getattr(one, name) == getattr(other, name) for name in ("file", "line", "body", "wrong", "retyped"))


def is_delivered_alike(base: World, head: World) -> bool:
    """Whether what rules look at in the rest of the tree is the same: its kustomizations, its folders, its tools."""
    was, now = base.delivery, head.delivery
    if was is None or now is None:
        return was is now
    if not are_same(*([one.manifest for one in delivery.kustomizations.values()] for delivery in (was, now))):
        return False
    if was.parts.keys() != now.parts.keys() or not all(
        are_same(was.parts[file], now.parts[file]) for file in now.parts
    ):
        return False
    if any(one.file.startswith("../") for one in head.inventory.manifests):
        return False  # it was read anew, and lies outside of what is compared
    syncs = zip(base.by_kind.get(FLUX, ()), head.by_kind.get(FLUX, ()), strict=True)
    is_there = all(was.is_missing(old) == now.is_missing(new) for old, new in syncs)
    return is_there and is_applied_alike(base, head) and setter(base) == setter(head)


def is_applied_alike(base: World, head: World) -> bool:
    """Whether the same Flux Kustomizations apply the same."""
    was, now = base.delivered, head.delivered
    if any(getattr(was, name) != getattr(now, name) for name in OF_THE_WAY):
        return False
    parents = ({ref: parent and parent.ref for ref, parent in one.applied_by.items()} for one in (was, now))
    if next(parents) != next(parents):
        return False
    pairs = zip(base.inventory.manifests, head.inventory.manifests, strict=True)
    return all(are_same(was.owners.get(id(old), ()), now.owners.get(id(new), ())) for old, new in pairs)


def same_definitions(base: World, head: World) -> bool:
    """Whether both hold the same definitions of kinds."""
    return are_same(base.by_kind.get(DEFINITION, ()), head.by_kind.get(DEFINITION, ()))
