"""What a platform engineer could change to pay less: pools divided into bays.

A scheduler that spreads pods leaves holes where small and large ones share a pool. Nodes that carry the label of a bay
of their own keep them apart, and then hardly anything is lost; but labels are the cluster's, so a plan can only ask.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bayplan.placement.berths import berth
from bayplan.placement.price import price
from bayplan.placement.realise import nodes_needed
from bayplan.placement.terms import LEVELS

if TYPE_CHECKING:
    from bayplan.placement.plan import Plan
    from bayplan.placement.pool import Pool
    from bayplan.placement.problem import Problem

BAYS = 4
"""Of one pool: more bring little more, and each is a node group for somebody to look after."""
REGIONS = 2
"""Effort of the search: the advice is about what is worth much, not about the last percent."""
WORTH_PERCENT = 3
"""Of the realised cost of both ends of the load: what is worth the labels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """Bays for some pools, and what that would save at both ends of the load."""

    bays: tuple[tuple[str, int], ...]
    """Pool and the bays that it should have; sorted."""
    saved_min_e4_usd_per_hour: int
    saved_max_e4_usd_per_hour: int


def advise(problem: Problem, plan: Plan) -> Advice | None:
    """What bays would save where that is worth it; None where it is not, or is not known."""
    both = plan.cost_of_both_e4_usd_per_hour
    floor = plan.packed_min_e4_usd_per_hour + plan.packed_max_e4_usd_per_hour
    if problem.scheduler == "Karpenter" or (both - floor) * 100 <= WORTH_PERCENT * both:
        return None
    wide = replace(problem, pools=tuple(sorted((bay for pool in problem.pools for bay in _bays(pool)), key=_name)))
    seats = berth(wide, None, REGIONS)
    if seats is None:
        return None
    nodes = nodes_needed(wide, seats)
    saved = [plan.cost(level) - price(wide, nodes, level, seats) for level in LEVELS]
    limits = {pool.limits: pool.nodes_max for pool in problem.pools}
    used = Counter({name: sum(nodes[pool.name, "max"] for pool in pools) for name, pools in wide.families.items()})
    if sum(saved) * 100 <= WORTH_PERCENT * both or any(used[name] > most for name, most in limits.items()):
        return None
    counts = Counter(pool.limits for pool in wide.pools if nodes[pool.name, "max"])
    several = tuple(sorted((name, count) for name, count in counts.items() if count > 1))
    return Advice(bays=several, saved_min_e4_usd_per_hour=saved[0], saved_max_e4_usd_per_hour=saved[1])


def _bays(pool: Pool) -> tuple[Pool, ...]:
    """A pool as bays; what is divided already stays as it is."""
    if pool.family:
        return (pool,)
    return tuple(replace(pool, name=f"{pool.name}-{bay}", family=pool.name) for bay in range(1, BAYS + 1))


def _name(pool: Pool) -> str:
    return pool.name
