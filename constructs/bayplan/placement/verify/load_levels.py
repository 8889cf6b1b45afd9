"""Nodes only come as the load rises."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.placement.verify.breach import Breach

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.placement.plan import Plan
    from bayplan.placement.problem import Problem

RULE = "load_levels"


def breaches(_problem: Problem, plan: Plan) -> Iterator[Breach]:
    """Pools that lose nodes as the load rises."""
    for bay in plan.bays:
        if bay.nodes_max < bay.nodes_min:
            what = f"pool {bay.pool} has {bay.nodes_min} nodes at the minimum load and {bay.nodes_max} at the maximum"
            yield Breach(rule=RULE, what=what)
