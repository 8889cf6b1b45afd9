"""A plan as it is searched for: seats, and the nodes that the scheduler needs for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.placement.plan import Bay, Plan
from bayplan.placement.price import price
from bayplan.placement.realise import nodes_needed
from bayplan.placement.verify import verify

if TYPE_CHECKING:
    from bayplan.placement.plan import Seat
    from bayplan.placement.problem import Problem


def candidate(problem: Problem, seats: tuple[Seat, ...]) -> Plan:
    """A plan with the nodes that these seats need; what is proven of it comes with the evidence."""
    nodes = nodes_needed(problem, seats)
    return Plan(
        cluster=problem.cluster,
        seats=tuple(sorted(seats)),
        bays=tuple(
            Bay(pool=pool.name, nodes_min=nodes[pool.name, "min"], nodes_max=nodes[pool.name, "max"])
            for pool in problem.pools
        ),
        cost_min_e4_usd_per_hour=price(problem, nodes, "min", seats),
        cost_max_e4_usd_per_hour=price(problem, nodes, "max", seats),
        bound_min_e4_usd_per_hour=0,
    )


def keeps_every_rule(problem: Problem, plan: Plan) -> bool:
    """Whether everybody sits, within the limits, and every policy is kept."""
    return not verify(problem, plan, simulate=False)
