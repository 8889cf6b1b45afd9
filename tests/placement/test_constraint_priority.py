"""Priority: nobody waits while somebody of lower priority sits in a place that would do."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.placement.alone import plan, possible, told
from tests.placement.small import demand, pool, problem

from bayplan.placement.constraints import priority
from bayplan.placement.verify import priority as twin

if TYPE_CHECKING:
    from bayplan.placement.problem import Demand

NODES = {"general": (1, 1)}


def spare(name: str, level: int, *, cpu: int = 3000, pods: int = 1) -> Demand:
    return replace(demand(name, cpu=cpu, pods=(pods, pods)), may_wait=True, priority=level)


def judged(high: Demand, low: Demand, sitting: str) -> tuple[bool, bool]:
    question = problem(high, low, pool())
    homes = {one.workload: "general" if one.workload == sitting else "" for one in (high, low)}
    allowed = possible(priority, question, NODES, {name: tuple(filter(None, [home])) for name, home in homes.items()})
    return allowed, told(twin, question, plan(question, NODES, homes)) == []


def test_the_higher_sits_first() -> None:
    high, low = spare("a/high", 2), spare("b/low", 1)
    assert judged(high, low, "a/high") == (True, True)
    assert judged(high, low, "b/low") == (False, False)


@pytest.mark.parametrize(
    "high",
    [
        spare("a/high", 1),
        spare("a/high", 2, cpu=3500),
        spare("a/high", 2, pods=2),
        replace(spare("a/high", 2), zones="must"),
        replace(spare("a/high", 2), team="other"),
        replace(spare("a/high", 2), accelerators=1),
    ],
    ids=["as low", "larger pods", "more pods", "another spread", "another quota", "accelerators"],
)
def test_a_place_that_would_not_do_is_nobodys_loss(high: Demand) -> None:
    assert judged(high, spare("b/low", 1), "b/low") == (True, True)


def test_all_may_sit_and_all_may_wait() -> None:
    high, low = spare("a/high", 2), spare("b/low", 1)
    question = problem(high, low, pool())
    assert possible(priority, question, NODES)
    assert told(twin, question, plan(question, NODES)) == []
    assert judged(high, low, "") == (True, True)


def test_who_never_waits_is_not_compared() -> None:
    question = problem(demand("a/firm"), spare("b/low", 1), pool())
    assert possible(priority, question, NODES, {"a/firm": ("general",), "b/low": ()})
    assert told(twin, question, plan(question, NODES, {"b/low": ""})) == []
