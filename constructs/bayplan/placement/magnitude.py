"""Amounts that are too large to be counted: said to the person who wrote them, before any sum overflows.

The solver counts in 64 bits and answers in floats, which are exact up to 2**53; and a million nodes of a kind are the
most that it is asked about. No machine and no fleet comes near.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.complaint import BadInput, Complaint
from bayplan.placement.money import usd
from bayplan.placement.terms import ACCELERATORS, CPU, MEMORY, PODS
from bayplan.placement.words import amount, count, cpu, memory

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.placement.problem import Problem
    from bayplan.placement.terms import Amounts

MOST_EACH = 2**40
"""Of one pod or one node: a billion cores, an exbibyte."""
MOST_IN_ALL = 2**53
"""Of all pods, of all nodes of a pool, of all money."""
FIX = "Write what machines can have: nothing near it can be bought."


def check(problem: Problem) -> None:
    """Raises BadInput for every workload and pool whose amounts cannot be summed."""
    if complaints := [*_pods(problem), *_nodes(problem), *_money(problem)]:
        raise BadInput(complaints)


def _pods(problem: Problem) -> Iterator[Complaint]:
    totals = [0] * len(problem.demands[0].needs if problem.demands else ())
    for demand in problem.demands:
        pods = demand.pods_max + demand.surge
        totals = [total + need * pods for total, need in zip(totals, demand.needs, strict=True)]
        file, line = demand.file or problem.file, demand.line
        if told := _too_much(problem, demand.needs, MOST_EACH):
            what = f"a replica of {demand.workload} asks for {told}: too much to count"
            yield Complaint(what=what, fix=FIX, file=file, line=line)
        elif told := _too_much(problem, tuple(need * pods for need in demand.needs), MOST_IN_ALL):
            what = f"the {count(pods, 'replica')} of {demand.workload} ask for {told} together: too much to count"
            yield Complaint(what=what, fix=FIX, file=file, line=line)
        elif told := _too_much(problem, tuple(totals), MOST_IN_ALL):
            what = f"with {demand.workload}, all workloads on {problem.cluster} ask for {told}: too much to count"
            yield Complaint(what=what, fix=FIX, file=file, line=line)
            return


def _nodes(problem: Problem) -> Iterator[Complaint]:
    for pool in problem.pools:
        file, line = pool.file or problem.file, pool.line
        if told := _too_much(problem, pool.room, MOST_EACH):
            what = f"a node of {pool.name} has {told}: too much to count"
            yield Complaint(what=what, fix=FIX, file=file, line=line)
        elif told := _too_much(problem, tuple(room * pool.nodes_max for room in pool.room), MOST_IN_ALL):
            what = f"the {count(pool.nodes_max, 'node')} of {pool.name} have {told} together: too much to count"
            yield Complaint(what=what, fix="Lower nodes.max.", file=file, line=line)


def _money(problem: Problem) -> Iterator[Complaint]:
    total = 0
    for pool in problem.pools:
        total += pool.e4_usd_per_hour * pool.nodes_max
        if total > MOST_IN_ALL:
            may = f"cluster {problem.cluster} may cost {usd(total)} USD/h"
            what, fix = f"with all nodes of {pool.name}, {may}: too much to count", "Lower nodes.max, or the price."
            yield Complaint(file=pool.file or problem.file, line=pool.line, what=what, fix=fix)
            return


def _too_much(problem: Problem, amounts: Amounts, most: int) -> str:
    """The first amount that is above, in words; "" for none."""
    for kind, number in enumerate(amounts):
        if number > most:
            if kind in (CPU, MEMORY):
                return cpu(number) if kind == CPU else f"{memory(number)} memory"
            if kind in (PODS, ACCELERATORS):
                return count(number, "pod" if kind == PODS else "accelerator")
            return amount(problem.resources[kind - ACCELERATORS - 1], number)
    return ""
