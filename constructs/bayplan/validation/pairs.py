"""Two objects that must not meet: whether one cluster surely gets both."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.finding import Status
from bayplan.validation.lack import Lack
from bayplan.validation.once import once

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World


def meeting(one: Manifest, other: Manifest, world: World) -> Lack | None:
    """How sure it is that both are applied to one cluster, with the doubt in words; None for surely not known.

    What one kustomization.yaml leads to is applied together. Other bases and overlays from which kustomization files
    choose are not meant for one cluster, and so nothing is said.
    """
    if one.ref == other.ref:
        return None  # one object that stands in two files: FLX001 tells it
    applied = bool(world.orders.owners(one) and world.orders.owners(other))
    if applied or world.together.get(one.file) == world.together.get(other.file) or is_listed_with(one, other, world):
        draft = world.draft_of(other)
        return Lack(Status.UNKNOWN, f", but {draft}") if draft else Lack(Status.BROKEN, "")
    if world.is_layered:
        return None
    return Lack(Status.UNKNOWN, ", but nothing in this tree says that one cluster gets both")


def is_listed_with(one: Manifest, other: Manifest, world: World) -> bool:
    """Whether one kustomization.yaml leads to the files of both."""
    if not world.is_layered:
        return False
    known = roots_of_files(world)
    return bool(known.get(one.file, frozenset()) & known.get(other.file, frozenset()))


@once
def roots_of_files(world: World) -> Mapping[str, frozenset[str]]:
    """File to the kustomization.yaml files that lead to it, those that nobody lists: the others are parts of them."""
    delivery = world.delivery
    found: dict[str, set[str]] = {}
    for folder in (delivery.kustomizations if delivery else {}) if world.name != "?" else {}:
        if delivery and folder not in delivery.listed:
            for file in delivery.reached_from(folder):
                found.setdefault(file, set()).add(folder)
    return {file: frozenset(folders) for file, folders in found.items()}
