"""What is equal in a question taken together, in an order that names and positions do not change.

Real platforms collapse: thousands of workloads are some hundreds of shapes. Equal bins are one kind, so that no search
tells them apart; prices are divided by what they have in common, so that scaling them changes nothing but the scale.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import gcd
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bayplan.placement.patterns.packing import Bin, Item

Key: TypeAlias = tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Items that are equal in all that matters."""

    needs: tuple[int, ...]
    count: int
    kinds: tuple[int, ...]
    """Kinds of node that may take it and on which one of it fits."""
    most: int
    """On any one node: its limit, or all."""
    members: tuple[int, ...]
    """Positions of the items."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """Bins that are equal in all that matters."""

    room: tuple[int, ...]
    price: int
    """In units of the question."""
    group: int
    shapes: tuple[int, ...]
    """Those that fit on it."""
    members: tuple[int, ...]
    """Positions of the bins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Kinds that share a minimum and a maximum of nodes."""

    kinds: tuple[int, ...]
    low: int
    high: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """The whole question, aggregated."""

    shapes: tuple[Shape, ...]
    kinds: tuple[Kind, ...]
    groups: tuple[Group, ...]
    unit: int
    """What all prices are multiples of."""
    misfits: tuple[int, ...]
    """Positions of items that fit nowhere."""

    @property
    def ceiling(self) -> int:
        """No packing within the limits costs more."""
        return sum(group.high * max(self.kinds[kind].price for kind in group.kinds) for group in self.groups)


def most_on(shape: Shape, kind: Kind) -> int:
    """How many of a shape an otherwise empty node takes."""
    fits = (room // need for need, room in zip(shape.needs, kind.room, strict=True) if need)
    return min(shape.most, shape.count, *fits)


def aggregate(items: Sequence[Item], bins: Sequence[Bin]) -> Question:
    """Take equal items and equal bins together."""
    lots = _lots(items, bins)
    shares = _families(bins)
    merged = _merge(lots, bins, shares)
    kind_of = {position: number for number, members in enumerate(merged) for position in members}
    shapes = _shapes(items, lots, kind_of)
    groups = _groups(bins, shares, merged, shapes)
    group_of = {kind: number for number, group in enumerate(groups) for kind in group.kinds}
    taking: list[list[int]] = [[] for _ in merged]
    for number, shape in enumerate(shapes):
        for kind in shape.kinds:
            taking[kind].append(number)
    unit = gcd(*(one.price for one in bins)) or 1
    kinds = tuple(
        Kind(
            room=bins[members[0]].room,
            price=bins[members[0]].price // unit,
            group=group_of[number],
            shapes=tuple(taking[number]),
            members=members,
        )
        for number, members in enumerate(merged)
    )
    seated = {position for shape in shapes for position in shape.members}
    misfits = tuple(position for position, item in enumerate(items) if item.count > 0 and position not in seated)
    return Question(shapes=shapes, kinds=kinds, groups=groups, unit=unit, misfits=misfits)


Lot: TypeAlias = tuple[tuple[int, ...], tuple[int, ...], int, int]


def _lots(items: Sequence[Item], bins: Sequence[Bin]) -> dict[Lot, list[int]]:
    """Positions of items by needs, bins in which they fit, limit per node, and count where there is such a limit.

    Items with a limit may be taken together if their counts are equal too: dealt out in turn, each node gets of each
    item at most its share, rounded up.
    """
    lots: dict[Lot, list[int]] = {}
    fitting: dict[tuple[tuple[int, ...], tuple[int, ...]], tuple[int, ...]] = {}
    rooms = {one.room for one in bins if one.nodes_max > 0}
    for position, item in enumerate(items):
        if item.count <= 0 or item.most_per_node == 0:
            continue
        asked = (item.needs, item.bins)
        if asked not in fitting:
            enough = {
                room for room in rooms if all(need <= there for need, there in zip(item.needs, room, strict=True))
            }
            fitting[asked] = tuple(
                one for one in sorted(set(item.bins)) if bins[one].nodes_max > 0 and bins[one].room in enough
            )
        limit = item.most_per_node if item.most_per_node is not None and item.most_per_node < item.count else 0
        if fitting[asked]:
            lots.setdefault((item.needs, fitting[asked], limit, item.count if limit else 0), []).append(position)
    return lots


def _families(bins: Sequence[Bin]) -> dict[int, tuple[int, ...]]:
    """Of each bin: the bins that share its limits, itself among them."""
    named: dict[str, list[int]] = {}
    for position, one in enumerate(bins):
        if one.family is not None:
            named.setdefault(one.family, []).append(position)
    for name, members in named.items():
        if len({(bins[member].nodes_min, bins[member].nodes_max) for member in members}) > 1:
            raise ValueError(f"family {name}: its bins have different limits")
    return {
        position: (position,) if one.family is None else tuple(named[one.family]) for position, one in enumerate(bins)
    }


def _merge(
    lots: dict[Lot, list[int]], bins: Sequence[Bin], shares: dict[int, tuple[int, ...]]
) -> list[tuple[int, ...]]:
    """Positions of bins that are equal and take the same items; sorted by what matters, not by name or position."""
    taken: list[list[int]] = [[] for _ in bins]
    said: list[Key] = []
    for number, ((needs, fits, limit, count), members) in enumerate(lots.items()):
        said.append((needs, len(fits), limit, count, len(members)))
        for one in fits:
            taken[one].append(number)
    own: list[Key] = [
        (one.price, one.room, one.nodes_min, one.nodes_max, tuple(sorted(said[lot] for lot in taken[position])))
        for position, one in enumerate(bins)
    ]
    merged: dict[Key, list[int]] = {}
    for position, bin_ in enumerate(bins):
        # Members of a family stay apart: their limits are not their own.
        alone = -1 if bin_.family is None else position
        merged.setdefault((own[position][:2], tuple(taken[position]), alone), []).append(position)
    return sorted(
        (tuple(sorted(members, key=lambda one: (own[one], one))) for members in merged.values()),
        key=lambda members: ([own[one] for one in members], sorted(own[one] for one in shares[members[0]]), members),
    )


def _shapes(items: Sequence[Item], lots: dict[Lot, list[int]], kind_of: dict[int, int]) -> tuple[Shape, ...]:
    """Largest first, so that what decides most comes first everywhere."""
    shapes = []
    for (needs, fits, limit, _), members in lots.items():
        count = sum(items[member].count for member in members)
        kinds = tuple(sorted({kind_of[one] for one in fits}))
        shapes.append(((tuple(-need for need in needs), kinds, limit, count), members, needs))
    return tuple(
        Shape(
            needs=needs,
            count=count,
            kinds=kinds,
            most=min(count, limit * len(members)) if limit else count,
            members=tuple(members),
        )
        for (_, kinds, limit, count), members, needs in sorted(shapes)
    )


def _groups(
    bins: Sequence[Bin], shares: dict[int, tuple[int, ...]], merged: Sequence[tuple[int, ...]], shapes: Sequence[Shape]
) -> tuple[Group, ...]:
    """Limits of the kinds; never more nodes than pods that could use them, which keeps proofs in small numbers."""
    pods: list[int] = [0] * len(merged)
    for shape in shapes:
        for kind in shape.kinds:
            pods[kind] += shape.count
    families: dict[Key, list[int]] = {}
    for number, members in enumerate(merged):
        family = shares[members[0]] if bins[members[0]].family is not None else members
        families.setdefault(family, []).append(number)
    groups = []
    for kinds in families.values():
        limited = [member for kind in kinds for member in merged[kind]]
        if bins[limited[0]].family is not None:
            limited = limited[:1]
        low, high = (sum(bins[one].nodes_min for one in limited), sum(bins[one].nodes_max for one in limited))
        useful = sum(pods[kind] for kind in kinds)
        groups.append(Group(kinds=tuple(kinds), low=low, high=max(low, min(high, useful))))
    return tuple(groups)
