"""The peers of the benchmark do what they are said to do, on any seeded platform."""

from __future__ import annotations

from dataclasses import replace

import pytest
from bench.placement import first_fit, roles
from bench.placement.arrivals import Guests, Pool, Scoring, arrive, orders, waiting
from bench.placement.instances import Mix, make
from bench.placement.judge import faults
from bench.placement.packing import cost
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.bench.two_types import APART, GPU, ONE, PLATFORM, SMALL, TOGETHER, TWO, WEB

MIXES: tuple[Mix, ...] = ("accelerated", "cpu")
SCORINGS: tuple[Scoring, ...] = ("LeastAllocated", "MostAllocated")


def test_first_fit_by_class_keeps_classes_apart() -> None:
    assert first_fit.fixed_type(PLATFORM) == APART


def test_first_fit_mixed_fills_what_other_classes_leave() -> None:
    assert first_fit.mixed(PLATFORM) == TOGETHER


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10_000), mix=st.sampled_from(MIXES), continuous=st.booleans())
def test_first_fit_seats_everybody(seed: int, mix: Mix, continuous: bool) -> None:
    platform = make(40, 10, seed, mix, continuous=continuous)
    assert faults(platform, first_fit.fixed_type(platform), apart=True) == []
    assert faults(platform, first_fit.mixed(platform)) == []


def test_each_class_gets_the_type_on_which_first_fit_of_it_is_cheapest() -> None:
    """One large node is cheaper than two small ones, though a small one is cheaper by the core."""
    large = replace(SMALL, name="m.large", cpu_milli=8000, pods=10, e4_usd_per_hour=3900)
    platform = replace(PLATFORM, types=(GPU, large, SMALL), workloads=(replace(WEB, replicas=5),))
    assert cost(platform, first_fit.fixed_type(platform)) == 3900


@settings(max_examples=4, deadline=None)
@given(seed=st.integers(0, 10_000), mix=st.sampled_from(MIXES), scoring=st.sampled_from(SCORINGS))
def test_roles_hold_in_every_order(seed: int, mix: Mix, scoring: Scoring) -> None:
    platform = make(12, 10, seed, mix)
    held = roles.separate(platform, scoring)
    assert waiting(held.pools, held.guests, scoring) == 0
    first = next(orders(held.guests))
    assert faults(platform, arrive(held.pools, held.guests, first, scoring).nodes, apart=True) == []


def test_roles_have_no_node_too_many() -> None:
    """One node has room for all of a role, so each role has one."""
    held = roles.separate(PLATFORM, "LeastAllocated")
    assert sorted((pool.type.name, pool.nodes) for pool in held.pools) == [
        ("g.large", 1), ("g.large", 1), ("m.small", 1),
    ]  # fmt: skip


def half(name: str, cpu_milli: int, pods: int, pools: tuple[str, ...] = ("p",), *, even: bool = False) -> Guests:
    workload = replace(WEB, name=name, cpu_milli=cpu_milli, memory_mib=64, replicas=pods)
    return Guests(workload=workload, pods=pods, pools=pools, even=even)


def test_the_default_profile_spreads_and_the_other_packs() -> None:
    pools, guests = [Pool(name="p", type=SMALL, nodes=2)], [half("a", 1000, 2)]
    spread = arrive(pools, guests, [0, 0], "LeastAllocated").nodes
    packed = arrive(pools, guests, [0, 0], "MostAllocated").nodes
    assert [filled.pods for filled in spread] == [(("a", 1),)]
    assert [filled.pods for filled in packed] == [(("a", 2),)]


def test_small_pods_that_come_first_leave_no_hole_for_a_large_one() -> None:
    pools, guests = [Pool(name="p", type=SMALL, nodes=2)], [half("small", 500, 2), half("large", 4000, 1)]
    assert arrive(pools, guests, [0, 0, 1], "LeastAllocated").waiting == 1
    assert arrive(pools, guests, [1, 0, 0], "LeastAllocated").waiting == 0
    assert waiting(pools, guests, "LeastAllocated") == 1


def test_who_is_held_evenly_waits_rather_than_sit_twice_on_a_node() -> None:
    """The second node is full, and counts all the same."""
    pools, full = [Pool(name="p", type=SMALL, nodes=2)], half("full", 4000, 1)
    assert arrive(pools, [full, half("b", 500, 2, even=True)], [0, 1, 1], "MostAllocated").waiting == 1
    assert arrive(pools, [full, half("b", 500, 2)], [0, 1, 1], "MostAllocated").waiting == 0


def test_pods_go_only_where_their_affinity_and_their_model_let_them() -> None:
    pools = [Pool(name="cpu", type=SMALL, nodes=1), Pool(name="gpu", type=GPU, nodes=1)]
    elsewhere = Guests(workload=replace(TWO, gpu_name="a100"), pods=1, pools=("gpu",))
    assert arrive(pools, [elsewhere], [0], "LeastAllocated").waiting == 1
    astray = Guests(workload=ONE, pods=1, pools=("cpu",))
    assert arrive(pools, [astray], [0], "LeastAllocated").waiting == 1


def test_the_orders_are_different_and_hold_every_pod() -> None:
    guests = [half("a", 500, 9), half("b", 1000, 9), half("c", 750, 9)]
    told = list(orders(guests, seed=3))
    assert len({tuple(order) for order in told}) == len(told) == 20
    assert {tuple(sorted(order)) for order in told} == {(0,) * 9 + (1,) * 9 + (2,) * 9}


@pytest.mark.parametrize("scoring", SCORINGS)
def test_above_a_hundred_nodes_everybody_still_sits(scoring: Scoring) -> None:
    """Exactly as much as there is, and only a part of the nodes is looked at for each pod."""
    pools, guests = [Pool(name="p", type=SMALL, nodes=250)], [half("a", 4000, 250)]
    seated = arrive(pools, guests, [0] * 250, scoring)
    assert (seated.waiting, sum(filled.copies for filled in seated.nodes)) == (0, 250)
