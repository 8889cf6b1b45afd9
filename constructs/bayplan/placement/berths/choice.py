"""Choose among many berths: each item in one of them, at the least price."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ortools.sat.python import cp_model

from bayplan.placement.work import run

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ortools.sat.python.cp_model import CpSolver, IntVar

    from bayplan.placement.berths.berth import Berth
    from bayplan.placement.berths.cargo import Cargo

DETERMINISTIC_SECONDS = 0.7


def choose(cargo: Cargo, some: Sequence[Berth], others: Iterable[Berth]) -> list[Berth]:
    """The cheapest of both for the items of the first; it begins with those, and is never dearer."""
    offered = [*some, *others]
    model = cp_model.CpModel()
    taken = [model.new_bool_var(f"berth {at}") for at in range(len(offered))]
    for holders in _holders(offered).values():
        model.add_bool_or([taken[at] for at in holders])
    _keep_limits(cargo, model, taken, offered)
    model.minimize(
        sum(berth.nodes * int(cargo.price[berth.kind]) * one for berth, one in zip(offered, taken, strict=True))
    )
    for at, one in enumerate(taken):
        model.add_hint(one, at < len(some))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.linearization_level = 2
    solver.parameters.random_seed = 0
    solver.parameters.max_deterministic_time = DETERMINISTIC_SECONDS
    if run(solver, model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return list(some)
    return _once(cargo, offered, taken, solver)


def _keep_limits(cargo: Cargo, model: cp_model.CpModel, taken: Sequence[IntVar], offered: Sequence[Berth]) -> None:
    """No more bays and nodes of a kind than there are."""
    for kind in sorted({berth.kind for berth in offered}):
        there = [(berth, one) for berth, one in zip(offered, taken, strict=True) if berth.kind == kind]
        model.add(sum(one for _, one in there) <= cargo.bays[kind])
        model.add(sum(berth.nodes * one for berth, one in there) <= cargo.most[kind])


def _holders(berths: Sequence[Berth]) -> dict[int, list[int]]:
    """Where each item could be."""
    holders: dict[int, list[int]] = {}
    for at, berth in enumerate(berths):
        for item in berth.items:
            holders.setdefault(item, []).append(at)
    return holders


def _once(cargo: Cargo, offered: Sequence[Berth], taken: Sequence[IntVar], solver: CpSolver) -> list[Berth]:
    """Who is in two berths leaves the later one."""
    seated: set[int] = set()
    berths = []
    for berth, one in zip(offered, taken, strict=True):
        if solver.boolean_value(one):
            kept = without(cargo, berth, seated)
            seated |= set(kept.items)
            berths += [kept] if kept.items else []
    return berths


def without(cargo: Cargo, berth: Berth, gone: set[int]) -> Berth:
    """The berth without some of its items; slots keep their room while there are any."""
    items = tuple(item for item in berth.items if item not in gone)
    if len(items) == len(berth.items):
        return berth
    slots = berth.items[: berth.slotted]
    left, free = berth.left.copy(), berth.free
    for at, item in enumerate(berth.items):
        if item not in gone:
            continue
        if at < berth.slotted:
            free += int(cargo.pods[item])
        else:
            left += -(-int(cargo.pods[item]) // berth.nodes) * cargo.needs[item]
    return replace(
        berth,
        items=items,
        slotted=sum(item not in gone for item in slots),
        free=free,
        left=left,
        worth=int(cargo.worth[list(items)].sum()) if items else 0,
    )
