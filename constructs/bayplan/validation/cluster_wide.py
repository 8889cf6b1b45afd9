"""Objects that belong to no namespace, and who else may bring them: the cloud, an administrator, a chart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.finding import Status
from bayplan.validation.lack import Lack

if TYPE_CHECKING:
    from bayplan.validation.world import World


def lack_in_cluster(world: World, kind: str, name: str) -> Lack | None:
    """None if an object is there; otherwise whether it is missing.

    A tree that has none of a kind, and of whose cluster nothing is known, may be a part of what the cluster is given.
    """
    lack = world.lack(kind, "", name)
    if lack is None or lack.status is not Status.BROKEN or world.by_kind.get(kind) or world.cluster is not None:
        return lack
    return Lack(Status.UNKNOWN, f", but this tree has no {kind.partition('.')[0]} at all")
