"""Sizes rounded up, where there are too many different ones to weigh each: whoever fits rounded up fits.

Requests that nobody wrote on a grid hardly collapse into shapes. A plan for rounded sizes seats them all; what rounding
wasted is then given to pods of nodes that are thereby not needed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bayplan.placement.patterns.columns import fill, orders, worth_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bayplan.placement.certificate.classes import Question
    from bayplan.placement.patterns.columns import Column, Prices
    from bayplan.placement.patterns.effort import Effort
    from bayplan.placement.patterns.packing import Bin, Item, Packing
    from bayplan.placement.patterns.rest import Rest

RATIOS = (1.02, 1.03, 1.05, 1.08, 1.12, 1.18, 1.3, 1.5, 2.0, 4.0)
"""Steps of the grid, as a factor from one size to the next."""
EXACT = 16
"""Sizes up to this are counts (accelerators, pods) and stay as they are."""


def coarsen(items: Sequence[Item], bins: Sequence[Bin], most: int) -> list[Item]:
    """The same items, rounded up on the finest grid that leaves at most so many sizes."""
    rounded = list(items)
    for ratio in RATIOS:
        grid = _Grid(ratio)
        rounded = [_rounded(item, bins, grid) for item in items]
        if len({(item.needs, item.bins, item.most_per_node) for item in rounded}) <= most:
            break
    return rounded


class _Grid:
    """Sizes that grow by a factor."""

    def __init__(self, ratio: float) -> None:
        self.ratio = ratio
        self.points = [EXACT]

    def up(self, need: int) -> int:
        """The next size of the grid."""
        while self.points[-1] < need:
            self.points.append(max(self.points[-1] + 1, int(self.points[-1] * self.ratio)))
        low, high = 0, len(self.points) - 1
        while low < high:
            middle = (low + high) // 2
            low, high = (low, middle) if self.points[middle] >= need else (middle + 1, high)
        return need if need <= EXACT else self.points[low]


def _rounded(item: Item, bins: Sequence[Bin], grid: _Grid) -> Item:
    """Rounded up, unless it would then fit on fewer bins."""
    needs = tuple(grid.up(need) for need in item.needs)
    for dimension, (need, large) in enumerate(zip(item.needs, needs, strict=True)):
        if any(need <= bins[one].room[dimension] < large for one in item.bins):
            needs = (*needs[:dimension], need, *needs[dimension + 1 :])
    return replace(item, needs=needs)


def refine(rest: Rest, plan: Packing, prices: Prices, effort: Effort) -> None:
    """Follow a plan for rounded sizes, the best used nodes first, and fill what rounding left."""
    question = rest.question
    ways = {kind: next(orders(question, kind, prices, rest.left)) for kind in range(len(question.kinds))}
    for _, column, nodes in sorted(_planned(question, plan, prices)):
        for _ in range(nodes):
            if not any(rest.left):
                return
            kind, seats = column
            useful = tuple((shape, min(pods, rest.left[shape])) for shape, pods in seats if rest.left[shape])
            if not effort.left:
                rest.take((kind, useful), 1)
                continue
            effort.tried(len(ways[kind]))
            order = [shape for shape in ways[kind] if rest.left[shape]]
            rest.take(fill(question, kind, order, rest.left, useful), 1)


def _planned(question: Question, plan: Packing, prices: Prices) -> list[tuple[float, Column, int]]:
    """The plan's nodes as patterns of shapes, with what each wastes."""
    kind_of = {member: number for number, kind in enumerate(question.kinds) for member in kind.members}
    shape_of = {member: number for number, shape in enumerate(question.shapes) for member in shape.members}
    planned = []
    for pattern in plan.patterns:
        seats: dict[int, int] = {}
        for item, pods in pattern.seats:
            seats[shape_of[item]] = seats.get(shape_of[item], 0) + pods
        column = (kind_of[pattern.bin], tuple(sorted(seats.items())))
        price = question.kinds[column[0]].price
        planned.append(((price - worth_of(prices.values, column)) / (price + 1.0), column, pattern.nodes))
    return planned
