"""The question of packing and its answer, as plain integers: what has to be seated, on which nodes, at what price."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bayplan.placement.certificate.statement import Certificate


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Equal pods that all have to be seated."""

    name: str
    needs: tuple[int, ...]
    count: int
    bins: tuple[int, ...]
    """Positions of the bins that may take it, whether or not it fits in them."""
    most_per_node: int | None = None
    """Of this item on any one node: licences, spread over hosts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """Equal nodes that may be bought."""

    name: str
    room: tuple[int, ...]
    price: int
    """Of one node, used or not, as soon as it exists."""
    nodes_min: int
    """Paid in any case."""
    nodes_max: int
    family: str | None = None
    """Bins of one family are variants of the same nodes: they have one minimum and one maximum together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """Nodes of one bin that are filled alike; `seats` may be empty where a minimum forces nodes that nobody needs."""

    bin: int
    seats: tuple[tuple[int, int], ...]
    """Position of the item and how many of it each node takes, by position."""
    nodes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Packing:
    """A way to seat the items, and what no way can cost less than."""

    bound: int
    """No packing of all items costs less; what `certificate` proves."""
    certificate: Certificate
    cost: int
    """Of the nodes of `patterns`."""
    patterns: tuple[Pattern, ...]
    unseated: tuple[tuple[int, int], ...] = ()
    """Position and count of items that found no room within the limits; empty where everything is seated."""
    impossible: bool = False
    """The certificate proves that not everything can be seated: its bound is above the price of all nodes together."""

    @property
    def nodes(self) -> dict[int, int]:
        """Nodes of each bin that is used."""
        counted: dict[int, int] = {}
        for pattern in self.patterns:
            counted[pattern.bin] = counted.get(pattern.bin, 0) + pattern.nodes
        return counted
