"""Two objects that must not meet: whether one cluster surely gets both."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.finding import Status
from bayplan.validation.lack import Lack

if TYPE_CHECKING:
    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World


def meeting(one: Manifest, other: Manifest, world: World) -> Lack | None:
    """How sure it is that both are applied to one cluster, with the doubt in words; None for surely not known.

    Bases and overlays from which kustomization files choose are not meant for one cluster, and so nothing is said.
    """
    if one.ref == other.ref:
        return None  # one object that stands in two files: FLX001 tells it
    applied = bool(world.orders.owners(one) and world.orders.owners(other))
    if applied or world.together.get(one.file) == world.together.get(other.file):
        draft = world.draft_of(other)
        return Lack(Status.UNKNOWN, f", but {draft}") if draft else Lack(Status.BROKEN, "")
    if world.is_layered:
        return None
    return Lack(Status.UNKNOWN, ", but nothing in this tree says that one cluster gets both")
