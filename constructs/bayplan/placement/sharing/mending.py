"""Bundles without room, and room without bundles: small groups of nodes are filled anew, as long as it pays."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, TypeVar

from ortools.sat.python import cp_model

from bayplan.placement.dice import Dice
from bayplan.placement.model import ask
from bayplan.placement.sharing.question import single
from bayplan.placement.work import is_spent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bayplan.placement.sharing.nodes import Node
    from bayplan.placement.sharing.question import Bundle, Question

Drawn = TypeVar("Drawn")

GROUP = 16
"""Nodes that are filled anew together."""
NEWCOMERS = 10
"""Bundles without room that are tried in one group, and as many single pods that nobody had planned for."""
SECONDS = 0.5
"""Deterministic ones, for a group."""
PATIENCE = 30
"""Groups without gain until it is left alone."""


class Mending:
    """All nodes, and who has no seat."""

    def __init__(self, question: Question, nodes: Sequence[Node], without: Sequence[Bundle]) -> None:
        self._question = question
        self._nodes = nodes
        self._without = list(without)
        self._left = [claim.count for claim in question.claims]
        for bundles in (self._without, *(node.bundles for node in nodes)):
            self._count(bundles, -1)
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
        found = _refilled(self._question, group, Counter([*seated, *newcomers, *strangers]))
        if found is None:
            return False
        self._seat(group, found, newcomers)
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
            if _may_take(self._question, host, bundle)
        }
        places = [place for place, node in enumerate(self._nodes) if node.host in hosts]
        spare = self._drawn([place for place in places if self._nodes[place].accelerators], GROUP // 2)
        others = self._drawn([place for place in places if place not in set(spare)], GROUP - len(spare))
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


def _may_take(question: Question, host: int, bundle: Bundle) -> bool:
    """Whether an empty node of the host could take a bundle."""
    needs = zip(question.needs(bundle), question.hosts[host].room, strict=True)
    return all(question.takes(host, claim) for claim, _ in bundle[1]) and all(need <= room for need, room in needs)


def _refilled(question: Question, group: Sequence[Node], bundles: Counter[Bundle]) -> list[list[Bundle]] | None:
    """The best way to seat some of these bundles on these nodes; None where it is not better than what is."""
    model = cp_model.CpModel()
    seats: dict[tuple[Bundle, int], cp_model.IntVar] = {}
    hosts = sorted({node.host for node in group})
    for bundle, count in sorted(bundles.items()):
        may = {host for host in hosts if _may_take(question, host, bundle)}
        for place, node in enumerate(group):
            if node.host in may:
                seats[bundle, place] = model.new_int_var(0, count, "")
                model.add_hint(seats[bundle, place], node.bundles.count(bundle))
        model.add(sum(seats[bundle, place] for place in range(len(group)) if (bundle, place) in seats) <= count)
    for place, node in enumerate(group):
        _limit(model, question, node.host, {bundle: seat for (bundle, at), seat in seats.items() if at == place})
    model.maximize(sum(question.weight(bundle) * seat for (bundle, _), seat in seats.items()))
    now = sum(question.weight(bundle) for node in group for bundle in node.bundles)
    solver = ask(model, SECONDS)
    if solver is None or round(solver.objective_value) <= now:
        return None
    found: list[list[Bundle]] = [[] for _ in group]
    for (bundle, place), seat in seats.items():
        found[place] += [bundle] * solver.value(seat)
    return found


def _limit(model: cp_model.CpModel, question: Question, host: int, seats: dict[Bundle, cp_model.IntVar]) -> None:
    """A node takes what it has room for."""
    model.add(sum(bundle[0] * seat for bundle, seat in seats.items()) <= question.hosts[host].accelerators)
    needs = {bundle: question.needs(bundle) for bundle in seats}
    for kind, room in enumerate(question.hosts[host].room):
        model.add(sum(needs[bundle][kind] * seat for bundle, seat in seats.items()) <= room)
