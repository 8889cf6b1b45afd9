"""Tiny questions of packing, their true optimum by trying everything, and plain loops that verify an answer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from bayplan.placement.patterns.packing import Bin, Item

if TYPE_CHECKING:
    from bayplan.placement.patterns.packing import Packing


@st.composite
def questions(draw: st.DrawFn) -> tuple[list[Item], list[Bin]]:
    """Up to three items of up to three pods on up to three bins of up to four nodes; some bins are one family."""
    count = draw(st.integers(1, 3))
    shared = draw(st.booleans())
    low, extra = draw(st.integers(0, 1)), draw(st.integers(0, 3))
    bins = []
    for number in range(count):
        if not (shared and number < 2):
            low, extra = draw(st.integers(0, 1)), draw(st.integers(0, 3))
        bins.append(
            Bin(
                name=f"bin{number}",
                room=(draw(st.integers(1, 12)), draw(st.integers(1, 12)), draw(st.integers(1, 4))),
                price=draw(st.integers(0, 20)),
                nodes_min=low,
                nodes_max=low + extra,
                family="shared" if shared and number < 2 else None,
            )
        )
    items = [
        Item(
            name=f"item{number}",
            needs=(draw(st.integers(1, 8)), draw(st.integers(0, 8)), 1),
            count=draw(st.integers(0, 3)),
            bins=tuple(sorted(draw(st.sets(st.integers(0, count - 1), min_size=1)))),
            most_per_node=draw(st.sampled_from([None, None, 1, 2])),
        )
        for number in range(draw(st.integers(1, 3)))
    ]
    return items, bins


def optimum(items: list[Item], bins: list[Bin]) -> int | None:
    """The least cost of seating everybody within the limits; None where there is no way."""
    pods = [number for number, item in enumerate(items) for _ in range(item.count)]
    best: list[int | None] = [None]

    def settle(at: int, nodes: list[tuple[int, dict[int, int]]]) -> None:
        if at == len(pods):
            cost = _paid([one for one, _ in nodes], bins)
            if cost is not None and (best[0] is None or cost < best[0]):
                best[0] = cost
            return
        item = items[pods[at]]
        for one, seats in nodes:
            if one in item.bins and _fits(items, bins[one], {**seats, pods[at]: seats.get(pods[at], 0) + 1}):
                seats[pods[at]] = seats.get(pods[at], 0) + 1
                settle(at + 1, nodes)
                seats[pods[at]] -= 1
        for one in item.bins:
            if _fits(items, bins[one], {pods[at]: 1}) and _opened(one, nodes, bins) < bins[one].nodes_max:
                settle(at + 1, [*nodes, (one, {pods[at]: 1})])

    settle(0, [])
    return best[0]


def _fits(items: list[Item], one: Bin, seats: dict[int, int]) -> bool:
    for number, pods in seats.items():
        limit = items[number].most_per_node
        if limit is not None and pods > limit:
            return False
    return all(
        sum(items[number].needs[dimension] * pods for number, pods in seats.items()) <= room
        for dimension, room in enumerate(one.room)
    )


def _opened(one: int, nodes: list[tuple[int, dict[int, int]]], bins: list[Bin]) -> int:
    family = bins[one].family
    return sum(other == one or (family is not None and bins[other].family == family) for other, _ in nodes)


def _paid(bought: list[int], bins: list[Bin]) -> int | None:
    cost = sum(bins[one].price for one in bought)
    for group in _groups(bins):
        missing = bins[group[0]].nodes_min - sum(bought.count(one) for one in group)
        if missing > 0:
            cost += missing * min(bins[one].price for one in group)
    return cost


def _groups(bins: list[Bin]) -> list[list[int]]:
    groups: dict[str, list[int]] = {}
    for number, one in enumerate(bins):
        groups.setdefault(one.family or f"alone {number}", []).append(number)
    return list(groups.values())


def breaches(items: list[Item], bins: list[Bin], packing: Packing) -> list[str]:
    """What is wrong with a packing: rooms, limits, counts, cost."""
    found: list[str] = []
    seated = [0] * len(items)
    nodes = [0] * len(bins)
    cost = 0
    for pattern in packing.patterns:
        one = bins[pattern.bin]
        nodes[pattern.bin] += pattern.nodes
        cost += pattern.nodes * one.price
        if not _fits(items, one, dict(pattern.seats)):
            found.append(f"{pattern} does not fit")
        for number, pods in pattern.seats:
            seated[number] += pods * pattern.nodes
            if pattern.bin not in items[number].bins:
                found.append(f"{items[number].name} may not sit on {one.name}")
    for group in _groups(bins):
        bought = sum(nodes[one] for one in group)
        if not bins[group[0]].nodes_min <= bought <= bins[group[0]].nodes_max:
            found.append(f"{bought} nodes of {group}")
    missing = dict(packing.unseated)
    for number, item in enumerate(items):
        if seated[number] + missing.get(number, 0) != item.count:
            found.append(f"{seated[number]} of {item.name} seated")
    if cost != packing.cost:
        found.append(f"costs {cost}, not {packing.cost}")
    return found


def renamed(items: list[Item], bins: list[Bin], order: list[int]) -> tuple[list[Item], list[Bin]]:
    """The same question with its bins in another order, other names, and its items reversed."""
    place = {old: new for new, old in enumerate(order)}
    return (
        [
            replace(item, name=f"other {item.name}", bins=tuple(sorted(place[one] for one in item.bins)))
            for item in reversed(items)
        ],
        [replace(bins[old], name=f"other {bins[old].name}") for old in order],
    )
