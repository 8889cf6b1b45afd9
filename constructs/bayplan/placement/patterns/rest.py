"""What is chosen so far and what is left to seat."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bayplan.placement.certificate.classes import Question
    from bayplan.placement.patterns.columns import Column


@dataclass(slots=True, kw_only=True)
class Rest:
    """Nodes that are filled, pods that are not seated yet, nodes that may still be bought."""

    question: Question
    left: list[int]
    """Pods of each shape without a seat."""
    limits: list[tuple[int, int]]
    """Nodes of each group that must and may still be bought."""
    chosen: dict[Column, int] = field(default_factory=dict)
    cost: int = 0

    @staticmethod
    def of(question: Question) -> Rest:
        """Nothing chosen yet."""
        return Rest(
            question=question,
            left=[shape.count for shape in question.shapes],
            limits=[(group.low, group.high) for group in question.groups],
        )

    def room_for(self, kind: int) -> int:
        """Nodes of a kind that may still be bought."""
        return self.limits[self.question.kinds[kind].group][1]

    def take(self, column: Column, nodes: int) -> None:
        """Buy nodes and fill them; seats that nobody needs any more stay empty."""
        kind, seats = column
        while nodes > 0:
            useful = tuple((shape, min(pods, self.left[shape])) for shape, pods in seats if self.left[shape])
            alike = min([nodes, *(self.left[shape] // pods for shape, pods in useful)])
            for shape, pods in useful:
                self.left[shape] -= pods * alike
            self._buy((kind, useful), alike)
            nodes -= alike

    def _buy(self, column: Column, nodes: int) -> None:
        group = self.question.kinds[column[0]].group
        low, high = self.limits[group]
        self.limits[group] = (max(0, low - nodes), high - nodes)
        self.chosen[column] = self.chosen.get(column, 0) + nodes
        self.cost += nodes * self.question.kinds[column[0]].price

    def force(self) -> None:
        """Buy what has to be paid in any case, the cheapest of each group."""
        for group, (low, _) in enumerate(self.limits):
            if low:
                kind = min(self.question.groups[group].kinds, key=lambda one: (self.question.kinds[one].price, one))
                self.take((kind, ()), low)
