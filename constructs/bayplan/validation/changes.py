"""One tree beside an earlier one: what was there before, what has left, and which Flux Kustomization applies what."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from bayplan.validation.fields import text_at, value_at
from bayplan.validation.kinds import kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bayplan.manifests.manifest import Manifest
    from bayplan.manifests.ref import Ref
    from bayplan.validation.world import World

WORDS = "kustomize.toolkit.fluxcd.io"


class Changes:
    """What became of one cluster's objects since an earlier revision."""

    def __init__(self, world: World, base: World) -> None:
        self._world = world
        self._base = base

    def before(self, manifest: Manifest) -> Manifest | None:
        """The object as it was; None if it was not there, or there is more than one of it."""
        found = self._base.inventory.by_ref.get(manifest.ref, ())
        now = self._world.inventory.by_ref.get(manifest.ref, ())
        return found[0] if len(found) == len(now) == 1 else None

    def doubt(self, before: Manifest) -> str:
        """Why the object was not as it stands in the earlier tree, in words."""
        return self._base.draft_of(before)

    @cached_property
    def left(self) -> Mapping[Ref, tuple[Manifest, ...]]:
        """What is not there any more, by the Flux Kustomization that will prune it."""
        found: dict[Ref, list[Manifest]] = {}
        drafted = {kind_and_name(one) for one in self._world.inventory.manifests if self._world.draft_of(one)}
        unreadable = self._world.delivery.unreadable if self._world.delivery else frozenset()
        for manifest in self._base.inventory.manifests:
            if manifest.ref in self._world.inventory.by_ref or kind_and_name(manifest) in drafted:
                continue
            if manifest.file in unreadable:
                continue  # Flux cannot build it either, and prunes nothing
            owner = self.remaining(self.applied_before.get(id(manifest)))
            if owner is not None:
                found.setdefault(owner, []).append(manifest)
        return {ref: tuple(same) for ref, same in found.items()}

    def remaining(self, owner: Manifest | None) -> Ref | None:
        """Who prunes what a Flux Kustomization applied: itself, or who applied that one if it is gone."""
        seen: set[Ref] = set()
        while owner is not None and owner.ref not in seen:
            seen.add(owner.ref)
            if prunes(owner) is False:
                return None
            now = self._world.inventory.by_ref.get(owner.ref)
            if now:
                return owner.ref if prunes(now[0]) else None
            if text_at(owner.body, "spec", "deletionPolicy") == "Orphan":
                return None
            owner = self.applied_before.get(id(owner))
        return None

    @cached_property
    def applied_before(self) -> Mapping[int, Manifest]:
        """Object of the earlier tree (by identity) to the Flux Kustomization that applied it."""
        return appliers(self._base)

    @cached_property
    def applied(self) -> Mapping[int, Manifest]:
        """Object of this tree (by identity) to the Flux Kustomization that applies it."""
        return appliers(self._world)


def appliers(world: World) -> Mapping[int, Manifest]:
    """Object (by identity) to its Flux Kustomization, where exactly one applies it."""
    return {identity: owners[0] for identity, owners in world.delivered.owners.items() if len(owners) == 1}


def kind_and_name(manifest: Manifest) -> tuple[str, str]:
    """What an object is called in whatever namespace."""
    return kind_of(manifest), manifest.ref.name


def prunes(sync: Manifest) -> bool:
    """Whether a Flux Kustomization deletes what leaves its set."""
    return value_at(sync.body, "spec", "prune") is True and value_at(sync.body, "spec", "suspend") is not True


def says(manifest: Manifest, word: str, *values: str) -> bool:
    """Whether an object tells Flux so, by annotation or label: `kustomize.toolkit.fluxcd.io/prune: disabled`."""
    return any(
        str(value_at(manifest.body, "metadata", part, f"{WORDS}/{word}")).lower() in values
        for part in ("annotations", "labels")
    )


def is_left_alone(manifest: Manifest) -> bool:
    """Whether Flux does not change an object once it is there."""
    return says(manifest, "reconcile", "disabled") or says(manifest, "ssa", "ignore", "ifnotpresent")


def forced(world: World, manifest: Manifest) -> bool:
    """Whether Flux deletes and makes anew what it cannot change."""
    sync = world.changes.applied.get(id(manifest)) if world.changes else None
    return says(manifest, "force", "enabled") or (sync is not None and value_at(sync.body, "spec", "force") is True)


def changed(manifest: Manifest, world: World) -> Iterator[tuple[Manifest, str]]:
    """The object as it was, and why that is not sure; nothing if it is new, the same, or Flux leaves it alone."""
    before = world.changes.before(manifest) if world.changes else None
    if before is not None and world.changes and before.body != manifest.body and not is_left_alone(manifest):
        yield before, world.changes.doubt(before)
