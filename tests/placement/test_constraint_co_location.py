"""Co-location: who is near somebody runs in the same pool."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.placement.alone import plan, possible, told
from tests.placement.small import demand, pool, problem

from bayplan.placement.constraints import co_location
from bayplan.placement.verify import co_location as twin

NODES = {"one": (3, 3), "two": (3, 3)}


@pytest.mark.parametrize(
    ("web", "cache", "well"), [("one", "one", True), ("two", "two", True), ("one", "two", False), ("two", "one", False)]
)
def test_both_have_the_same_pool(web: str, cache: str, well: bool) -> None:
    near = replace(demand("a/web"), near=("b/cache",))
    question = problem(near, demand("b/cache"), pool("one"), pool("two"))
    assert possible(co_location, question, NODES, {"a/web": (web,), "b/cache": (cache,)}) is well
    assert bool(told(twin, question, plan(question, NODES, {"a/web": web, "b/cache": cache}))) is not well


def test_a_pool_that_only_one_of_them_may_enter_is_none_for_both() -> None:
    near = replace(demand("a/web"), near=("b/cache",))
    question = problem(near, demand("b/cache", accelerators=1), pool("one"), pool("two", accelerators=1))
    assert not possible(co_location, question, NODES, {"a/web": ("one",), "b/cache": ("two",)})
    assert possible(co_location, question, NODES, {"a/web": ("two",), "b/cache": ("two",)})


def test_who_waits_binds_nobody() -> None:
    spare = replace(demand("b/cache"), may_wait=True)
    question = problem(replace(demand("a/web"), near=("b/cache",)), spare, pool("one"), pool("two"))
    assert possible(co_location, question, NODES, {"a/web": ("two",), "b/cache": ()})
    assert told(twin, question, plan(question, NODES, {"a/web": "two", "b/cache": ""})) == []
    assert not possible(co_location, question, NODES, {"a/web": ("two",), "b/cache": ("one",)})


def test_strangers_may_run_anywhere() -> None:
    question = problem(demand("a/web"), demand("b/cache"), pool("one"), pool("two"))
    assert possible(co_location, question, NODES, {"a/web": ("one",), "b/cache": ("two",)})
    assert told(twin, question, plan(question, NODES, {"a/web": "one", "b/cache": "two"})) == []
