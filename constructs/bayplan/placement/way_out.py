"""The cheapest way out of a conflict: so many more nodes, or so much more of a quota, in amounts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bayplan.placement.classes import aggregate, disperse
from bayplan.placement.limit import LOTS, RICH, Limit, lift
from bayplan.placement.money import usd
from bayplan.placement.realise import nodes_needed
from bayplan.placement.words import count, listing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bayplan.placement.problem import Problem

MOST_SIMULATED = 5_000
"""Pods up to which nodes are counted as the scheduler will need them; beyond, as sums need them at the least."""
DETERMINISTIC_SECONDS = 3.0
"""Work to find the cheapest nodes: worth more than a single question, since it is what a person will do."""
MOST_QUESTIONS = 24
"""To the solver, to find the least amount of one limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Raise:
    """Limits that are raised together, and what that costs."""

    e4_usd_per_hour: int
    """At the maximum load, at the most: of the nodes that may come, or of the budget."""
    says: str


def fits(problem: Problem) -> bool:
    """Whether the sums of all rules can be kept; also where that is not known."""
    from bayplan.placement.model import InfeasibleError, ask, build  # noqa: PLC0415 - reading this file starts no solver

    model, _ = build(problem, ())
    try:
        ask(model)
    except InfeasibleError:
        return False
    return True


def way_out(problem: Problem, binding: Sequence[Limit]) -> str:
    """A sentence with the cheapest way out, and one of another kind; "" where raising limits does not help."""
    nodes = [limit for limit in binding if limit.kind == "nodes"]
    found = [
        one for limit in binding if limit.kind in ("accelerators", "money") if (one := _more_of_quota(problem, limit))
    ]
    if nodes and (one := _more_nodes(problem)):
        found.append(one)
    if not found:
        policies = [limit.says for limit in binding if limit.kind == "policy"]
        return f"It would fit, were it not that {policies[0]}." if policies else ""
    cheapest, *others = sorted(found, key=lambda one: (one.e4_usd_per_hour, one.says))
    more = f"; or {others[0].says}" if others else ""
    return f"The cheapest way out: {cheapest.says}{more}."


def _more_nodes(problem: Problem) -> Raise | None:
    """The cheapest nodes beyond the limits of pools; the quotas stay as they are."""
    lifted = problem
    for name in problem.families:
        lifted = lift(lifted, _of_pool(name), LOTS)
    needed = _least_nodes(problem, lifted)
    if needed is None:
        return None
    raised = {name: most for name, most in needed.items() if most > problem.families[name][0].nodes_max}
    if not raised:
        return None
    parts, cost = [], 0
    for name, most in raised.items():
        pools = problem.families[name]
        more = most - pools[0].nodes_max
        cost += more * max(pool.e4_usd_per_hour for pool in pools)
        parts.append(f"{count(more, 'more node')} of {name} (nodes.max {most:,} instead of {pools[0].nodes_max:,})")
    return Raise(e4_usd_per_hour=cost, says=f"{listing(parts)}, {usd(cost)} USD/h at the maximum load")


def _least_nodes(problem: Problem, lifted: Problem) -> dict[str, int] | None:
    """Nodes of each pool where what is above the limits costs the least."""
    from ortools.sat.python import cp_model  # noqa: PLC0415 - reading this file starts no solver

    from bayplan.placement.model import InfeasibleError, ask, build  # noqa: PLC0415

    question = aggregate(lifted).problem
    model, variables = build(question, ())
    above, prices = [], []
    for name, pools in question.families.items():
        more = model.new_int_var(0, LOTS, f"nodes of {name} above its limit")
        limit = problem.families[name][0].nodes_max
        model.add(more >= sum(variables.nodes(pool, "max") for pool in pools) - limit)
        above.append(more)
        prices.append(1 + max(pool.e4_usd_per_hour for pool in pools))
    model.minimize(cp_model.LinearExpr.weighted_sum(above, prices))
    try:
        solver = ask(model, DETERMINISTIC_SECONDS)
    except InfeasibleError:
        return None
    if solver is None:
        return None
    limits = {name: pools[0].nodes_max for name, pools in problem.families.items()}
    raised = {name: limits[name] + solver.value(more) for name, more in zip(question.families, above, strict=True)}
    if sum(demand.pods_max + demand.surge for demand in problem.demands) > MOST_SIMULATED:
        return raised
    for name, most in raised.items():
        raised = _fewer(problem, raised, name, most)
    return _as_seated(problem, lifted, raised)


def _fewer(problem: Problem, raised: dict[str, int], name: str, most: int) -> dict[str, int]:
    """As few nodes of one pool as still do: who fits into no single pool within its limit may use several."""
    low, high = problem.families[name][0].nodes_max, most
    while high - low > 1:
        middle = (low + high) // 2
        enough = fits(aggregate(_raised(problem, {**raised, name: middle})).problem)
        low, high = (low, middle) if enough else (middle, high)
    return {**raised, name: high}


def _raised(problem: Problem, raised: dict[str, int]) -> Problem:
    for name, most in raised.items():
        problem = lift(problem, _of_pool(name), most)
    return problem


def _as_seated(problem: Problem, lifted: Problem, raised: dict[str, int]) -> dict[str, int]:
    """As many as the scheduler needs; sums are content with less."""
    from bayplan.placement.assign import assign  # noqa: PLC0415

    classes = aggregate(_raised(problem, raised))
    proposal = assign(classes.problem, None, ())
    if proposal is None:
        return raised
    seats = disperse(classes, proposal.seats)
    for question in (_raised(problem, raised), lifted):
        nodes = nodes_needed(question, seats)
        needed = {name: sum(nodes[pool.name, "max"] for pool in pools) for name, pools in question.families.items()}
        if all(needed[name] <= pools[0].nodes_max for name, pools in question.families.items()):
            break
    return {name: max(most, needed[name]) for name, most in raised.items()}


def _more_of_quota(problem: Problem, limit: Limit) -> Raise | None:
    """The least quota with which everybody fits, all else as it is."""
    question = aggregate(problem).problem
    if not fits(lift(question, limit, RICH)):
        return None
    low, high = limit.most, max(1, limit.most)
    for _ in range(MOST_QUESTIONS):
        if fits(lift(question, limit, high)):
            break
        low, high = high, high * 2
    for _ in range(MOST_QUESTIONS):
        if high - low <= 1:
            break
        middle = (low + high) // 2
        low, high = (low, middle) if fits(lift(question, limit, middle)) else (middle, high)
    whose = f"the quota of team {limit.of}" if limit.of else "the budget"
    if limit.kind == "money":
        says = f"{whose} to {usd(high)} USD/h ({usd(high - limit.most)} more)"
        return Raise(e4_usd_per_hour=high - limit.most, says=says)
    dearest = [pool.e4_usd_per_hour // pool.accelerators for pool in problem.pools if pool.accelerators]
    says = f"{whose} to {count(high, 'accelerator')} ({high - limit.most:,} more)"
    return Raise(e4_usd_per_hour=(high - limit.most) * min(dearest, default=0), says=says)


def _of_pool(name: str) -> Limit:
    return Limit(kind="nodes", of=name, says=name, file="", line=0)
