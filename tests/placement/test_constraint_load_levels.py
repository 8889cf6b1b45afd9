"""Load levels: nodes only come as the load rises."""

from __future__ import annotations

from tests.placement.alone import plan, possible, told
from tests.placement.small import demand, pool, problem

from bayplan.placement.constraints import load_levels
from bayplan.placement.verify import load_levels as twin


def test_no_pool_loses_nodes_as_the_load_rises() -> None:
    question = problem(demand(), pool(), pool("other"))
    for nodes, well in {(1, 3): True, (2, 2): True, (3, 1): False}.items():
        counts = {"general": nodes, "other": (0, 0)}
        assert possible(load_levels, question, counts) is well
        assert bool(told(twin, question, plan(question, counts))) is not well
