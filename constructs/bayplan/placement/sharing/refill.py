"""A few nodes filled anew, as well as can be, with the bundles that they have and some that have no room."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ortools.sat.python import cp_model

from bayplan.placement.model import ask

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Sequence

    from bayplan.placement.sharing.nodes import Node
    from bayplan.placement.sharing.question import Bundle, Question

SECONDS = 0.25
"""Deterministic ones, for a group."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refill:
    """What was found for a group."""

    bundles: tuple[list[Bundle], ...] = ()
    """Of each node; empty where nothing was found."""
    gain: int = 0
    """Weight beyond what sits there now."""
    is_best: bool = False
    """Whether nothing better exists for this group."""


def may_take(question: Question, host: int, bundle: Bundle) -> bool:
    """Whether an empty node of the host could take a bundle."""
    needs = zip(question.needs(bundle), question.hosts[host].room, strict=True)
    return all(question.takes(host, claim) for claim, _ in bundle[1]) and all(need <= room for need, room in needs)


def refill(question: Question, group: Sequence[Node], bundles: Counter[Bundle]) -> Refill:
    """The best way to seat some of these bundles on these nodes."""
    model = cp_model.CpModel()
    seats: dict[tuple[Bundle, int], cp_model.IntVar] = {}
    hosts = sorted({node.host for node in group})
    for bundle, count in sorted(bundles.items()):
        may = {host for host in hosts if may_take(question, host, bundle)}
        for place, node in enumerate(group):
            if node.host in may:
                seats[bundle, place] = model.new_int_var(0, count, "")
                model.add_hint(seats[bundle, place], node.bundles.count(bundle))
        model.add(sum(seats[bundle, place] for place in range(len(group)) if (bundle, place) in seats) <= count)
    for place, node in enumerate(group):
        _limit(model, question, node.host, {bundle: seat for (bundle, at), seat in seats.items() if at == place})
    model.maximize(sum(question.weight(bundle) * seat for (bundle, _), seat in seats.items()))
    solver = ask(model, SECONDS)
    return Refill() if solver is None else _read(question, group, solver, seats)


def _read(
    question: Question,
    group: Sequence[Node],
    solver: cp_model.CpSolver,
    seats: dict[tuple[Bundle, int], cp_model.IntVar],
) -> Refill:
    found: tuple[list[Bundle], ...] = tuple([] for _ in group)
    for (bundle, place), seat in seats.items():
        found[place].extend([bundle] * solver.value(seat))
    weights = [sum(map(question.weight, bundles)) for bundles in (*found, *(node.bundles for node in group))]
    return Refill(
        bundles=found,
        gain=sum(weights[: len(group)]) - sum(weights[len(group) :]),
        is_best=solver.response_proto.status == cp_model.OPTIMAL,
    )


def _limit(model: cp_model.CpModel, question: Question, host: int, seats: dict[Bundle, cp_model.IntVar]) -> None:
    """A node takes what it has room for."""
    model.add(sum(bundle[0] * seat for bundle, seat in seats.items()) <= question.hosts[host].accelerators)
    needs = {bundle: question.needs(bundle) for bundle in seats}
    for kind, room in enumerate(question.hosts[host].room):
        model.add(sum(needs[bundle][kind] * seat for bundle, seat in seats.items()) <= room)
