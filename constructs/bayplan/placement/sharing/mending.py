"""Bundles without room, and room without bundles: small groups of nodes are filled anew, as long as it pays."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, TypeVar

from bayplan.placement.dice import Dice
from bayplan.placement.sharing.nodes import left_of
from bayplan.placement.sharing.question import single
from bayplan.placement.sharing.refill import may_take, refill
from bayplan.placement.work import is_spent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bayplan.placement.sharing.nodes import Node
    from bayplan.placement.sharing.question import Bundle, Question

Drawn = TypeVar("Drawn")

GROUP_LEAST, GROUP_MOST = 4, 16
"""Nodes that are filled anew together: fewer where the solver does not come to an end."""
NEWCOMERS = 10
"""Bundles without room that are tried in one group, and as many single pods that nobody had planned for."""
PATIENCE = 30
"""Groups without gain until it is left alone."""


class Mending:
    """All nodes, and who has no seat."""

    def __init__(self, question: Question, nodes: Sequence[Node], without: Sequence[Bundle]) -> None:
        self._question = question
        self._nodes = nodes
        self._without = list(without)
        self._left = left_of(question, nodes)
        self._count(self._without, -1)
        self._size = GROUP_MOST
        self._dice = Dice(1)

    def mend(self, groups: int) -> None:
        """Fill groups anew."""
        quiet = 0
        for _ in range(groups):
            if quiet >= PATIENCE or is_spent() or not (self._without or any(self._left)):
                return
            quiet = 0 if self._improve() else quiet + 1

    def _count(self, bundles: Sequence[Bundle], sign: int) -> None:
        for _, pods in bundles:
            for claim, count in pods:
                self._left[claim] += sign * count

    def _improve(self) -> bool:
        """Fill one group anew; whether that seats more weight."""
        newcomers = self._drawn(self._without, NEWCOMERS)
        waiting = [claim for claim, count in enumerate(self._left) if count]
        strangers = [single(self._question, claim) for claim in self._drawn(waiting, NEWCOMERS)]
        group = self._group([*newcomers, *strangers])
        if not group:
            return False
        seated = [bundle for node in group for bundle in node.bundles]
        found = refill(self._question, group, Counter([*seated, *newcomers, *strangers]))
        self._size = min(GROUP_MOST, self._size + 1) if found.is_best else max(GROUP_LEAST, self._size * 3 // 4)
        if found.gain <= 0:
            return False
        self._seat(group, found.bundles, newcomers)
        return True

    def _drawn(self, items: Sequence[Drawn], count: int) -> list[Drawn]:
        """Some of them, by chance."""
        rest = list(items)
        for place in range(min(count, len(rest))):
            other = place + self._dice.below(len(rest) - place)
            rest[place], rest[other] = rest[other], rest[place]
        return rest[:count]

    def _group(self, bundles: Sequence[Bundle]) -> list[Node]:
        """Nodes that could take one of the bundles, half of them with accelerators to spare."""
        hosts = {
            host
            for host in range(len(self._question.hosts))
            for bundle in bundles
            if may_take(self._question, host, bundle)
        }
        places = [place for place, node in enumerate(self._nodes) if node.host in hosts]
        spare = self._drawn([place for place in places if self._nodes[place].accelerators], self._size // 2)
        others = self._drawn([place for place in places if place not in set(spare)], self._size - len(spare))
        return [self._nodes[place] for place in (*spare, *others)]

    def _seat(self, group: Sequence[Node], found: Sequence[list[Bundle]], newcomers: Sequence[Bundle]) -> None:
        """Take over what was found; planned bundles without a seat wait, single pods go back to where they were."""
        planned = Counter([*newcomers, *(bundle for node in group for bundle in node.bundles)])
        after = Counter(bundle for bundles in found for bundle in bundles)
        for node, bundles in zip(group, found, strict=True):
            for bundle in list(node.bundles):
                node.drop(bundle, self._question.needs(bundle))
            for bundle in bundles:
                node.take(bundle, self._question.needs(bundle))
        self._without = [*(Counter(self._without) - Counter(newcomers) + (planned - after)).elements()]
        self._count([*(after - planned).elements()], -1)
