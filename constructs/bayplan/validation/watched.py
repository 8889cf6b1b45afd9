"""Whether anybody has looked around in a cluster, beyond the object that is judged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bayplan.validation.world import World


class Watched:
    """A cluster that notes whether more of it was asked for than what is steady."""

    __slots__ = ("_steady", "has_looked", "whole")

    def __init__(self, world: World, steady: frozenset[str]) -> None:
        """`steady` are attributes that say nothing of other objects."""
        self.whole = world
        self.has_looked = False
        self._steady = steady

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever a cluster has
        if name not in self._steady:
            self.has_looked = True
        return getattr(self.whole, name)


def unwatched(world: World) -> World:
    """The cluster itself, for who looks at all of it."""
    seen: object = world
    if type(seen) is Watched:
        seen.has_looked = True
        return seen.whole
    return world
