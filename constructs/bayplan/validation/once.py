"""Indexes of one cluster that are built when a rule first asks for them, and kept as long as the cluster is."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, TypeVar
from weakref import WeakKeyDictionary

from bayplan.validation.watched import unwatched

if TYPE_CHECKING:
    from collections.abc import Callable

    from bayplan.validation.world import World

Index = TypeVar("Index")


def once(make: Callable[[World], Index]) -> Callable[[World], Index]:
    """Build an index once for each cluster: rules ask for every object, and nothing may scan everything each time."""
    kept: WeakKeyDictionary[World, Index] = WeakKeyDictionary()

    @wraps(make)
    def look_up(world: World) -> Index:
        world = unwatched(world)
        if world not in kept:
            kept[world] = make(world)
        return kept[world]

    return look_up
