"""Limits of a pool: what is always paid for, and the quota."""

from __future__ import annotations

from dataclasses import replace

from tests.placement.alone import plan, possible, told
from tests.placement.small import demand, pool, problem

from bayplan.placement.constraints import pool_limits
from bayplan.placement.verify import pool_limits as twin


def test_nodes_stay_within_the_limits_at_both_ends() -> None:
    question = problem(pool(nodes=(2, 4)))
    for nodes, well in {(2, 4): True, (1, 4): False, (2, 5): False}.items():
        assert possible(pool_limits, question, {"general": nodes}) is well
        assert bool(told(twin, question, plan(question, {"general": nodes}))) is not well


def test_every_pool_stands_in_the_plan_once_and_no_other() -> None:
    question = problem(pool())
    well = plan(question, {"general": (1, 1)})
    other = replace(well.bays[0], pool="other")
    for bays in ((), (*well.bays, *well.bays), (*well.bays, other)):
        assert told(twin, question, replace(well, bays=bays))


def test_a_pool_that_is_switched_off_is_refused() -> None:
    assert "nodes.max is 0" in pool_limits.refuse(demand(), pool(nodes=(0, 0)))
    assert pool_limits.refuse(demand(), pool(nodes=(0, 1))) == ""
