"""Zones: who must be spread over them needs a node in every zone that counts."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.placement.alone import plan, possible, told
from tests.placement.small import demand, pool, problem

from bayplan.placement.constraints import zones
from bayplan.placement.verify import zones as twin


@pytest.mark.parametrize(
    ("pods", "nodes", "well"),
    [
        ((3, 9), (3, 3), True),
        ((3, 9), (2, 3), False),
        ((3, 9), (3, 2), False),
        ((2, 2), (2, 2), True),
        ((1, 1), (1, 1), True),
    ],
)
def test_there_is_a_node_in_every_zone_that_counts(pods: tuple[int, int], nodes: tuple[int, int], well: bool) -> None:
    question = problem(demand(pods=pods, zones="must"), pool())
    assert possible(zones, question, {"general": nodes}, {"a/a": ("general",)}) is well
    assert bool(told(twin, question, plan(question, {"general": nodes}))) is not well


@pytest.mark.parametrize(
    ("pods", "skew", "nodes", "well"),
    [
        (2, 2, 1, True),  # both in one zone
        (3, 2, 1, False),
        (3, 2, 2, True),
        (5, 2, 2, False),  # 2, 2, 1
        (5, 2, 3, True),
        (9, 1, 5, False),  # 3 pods of the last zone on one node, that takes 2
        (9, 1, 6, True),
        (9, 3, 3, True),  # 4, 4, 1
    ],
)
def test_a_zone_may_have_some_pods_more_than_another(pods: int, skew: int, nodes: int, well: bool) -> None:
    spread = replace(demand(cpu=2000, pods=(pods, pods), zones="must"), zone_skew=skew)
    question = problem(spread, pool(nodes=(0, 9)))
    assert possible(zones, question, {"general": (nodes, nodes)}) is well
    assert bool(told(twin, question, plan(question, {"general": (nodes, nodes)}))) is not well


def test_who_only_should_be_spread_needs_nothing() -> None:
    question = problem(demand(pods=(3, 9), zones="should"), pool())
    assert possible(zones, question, {"general": (1, 1)})
    assert told(twin, question, plan(question, {"general": (1, 1)})) == []


def test_a_pool_in_one_zone_is_refused_to_several_replicas() -> None:
    alone = pool(zones=("z-a",))
    question = problem(demand(pods=(2, 2), zones="must"), alone)
    assert "stands in z-a only" in zones.refuse(question.demands[0], alone)
    assert told(twin, question, plan(question, {"general": (5, 5)}))
    assert zones.refuse(demand(pods=(1, 1), zones="must"), alone) == ""
