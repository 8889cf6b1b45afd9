"""Node counts that hold: pods are seated one by one, as the scheduler does it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import permutations
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.placement.small import demand, pool, problem

from bayplan.placement.dice import Dice
from bayplan.placement.groups import groups
from bayplan.placement.plan import Seat
from bayplan.placement.proof import any_order_fits
from bayplan.placement.realise import nodes_needed, waiting
from bayplan.placement.scheduler import Node, seat

if TYPE_CHECKING:
    from bayplan.placement.problem import Demand, Pool, Scheduler

SIZES = [(600, 100), (1500, 2000), (100, 3000), (3900, 100)]
"""CPU and memory of pods, on nodes of 4,000 each."""


def nodes(*parts: Demand | Pool, scheduler: Scheduler = "LeastAllocated") -> tuple[int, int]:
    """Nodes of the only pool at both ends of the load."""
    question = problem(*parts, scheduler=scheduler)
    (only,) = question.pools
    seats = [
        Seat(workload=one.workload, pool=only.name, pods_min=one.pods_min, pods_max=one.pods_max)
        for one in question.demands
    ]
    needed = nodes_needed(question, seats)
    return needed[only.name, "min"], needed[only.name, "max"]


def test_three_pods_of_sixty_percent_need_three_nodes() -> None:
    assert nodes(demand(cpu=2400, pods=(1, 3)), pool(cpu=4000, nodes=(0, 9))) == (1, 3)


def test_a_rollout_needs_room_at_the_maximum() -> None:
    assert nodes(demand(cpu=4000, pods=(1, 2), surge=2), pool(cpu=4000, nodes=(0, 9))) == (1, 4)


def test_nodes_that_always_stand_are_counted() -> None:
    assert nodes(demand(), pool(nodes=(2, 9))) == (2, 2)


def test_small_pods_that_are_spread_leave_no_hole_for_a_large_one() -> None:
    parts = (demand("a/small", cpu=100, memory=100, pods=(4, 4)), demand("b/large", cpu=4000, memory=100))
    assert nodes(*parts, pool(cpu=4000, nodes=(0, 9))) == (5, 5)
    assert nodes(*parts, pool(cpu=4000, nodes=(0, 9)), scheduler="MostAllocated") == (2, 2)
    assert nodes(*parts, pool(cpu=4000, nodes=(0, 9)), scheduler="Karpenter") == (2, 2)


def test_more_than_the_limit_is_told_as_one_more() -> None:
    assert nodes(demand(cpu=4000, pods=(1, 5)), pool(cpu=4000, nodes=(0, 3))) == (1, 5)
    tight = (demand("a/small", cpu=100, memory=100, pods=(9, 9)), demand("b/large", cpu=4000, memory=100))
    assert nodes(*tight, pool(cpu=4000, nodes=(0, 3))) == (4, 4)


def test_replicas_that_must_be_on_different_hosts_fill_them_evenly() -> None:
    """A full host counts: a replica may go nowhere else while another host has fewer."""
    parts = (demand("a/filler", cpu=4000), demand("b/apart", cpu=100, memory=10, pods=(3, 3), hosts="must"))
    assert nodes(*parts, pool(cpu=4000, nodes=(0, 9))) == (4, 4)


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_what_is_proven_for_any_order_holds_in_every_order(data: st.DataObject) -> None:
    """All orders of up to six pods, into whatever node a malicious scheduler would choose."""
    sizes = data.draw(st.lists(st.sampled_from(SIZES), min_size=1, max_size=3))
    demands = [demand(f"a/{n}", cpu=cpu, memory=memory, pods=(2, 2)) for n, (cpu, memory) in enumerate(sizes)]
    host = pool(cpu=4000, memory=4000, nodes=(0, 9))
    question = problem(*demands, host)
    seats = [Seat(workload=one.workload, pool=host.name, pods_min=2, pods_max=2) for one in question.demands]
    (group,) = groups(question, seats, "min")
    proven = next(count for count in range(1, 500) if any_order_fits(group, {host.name: count}))
    pods = [one for one in question.demands for _ in range(2)]
    for number, order in enumerate(set(permutations(pods))):
        free = [[4000, 4000] for _ in range(proven)]
        for step, pod in enumerate(order):
            room = [
                at for at, (cpu, memory) in enumerate(free) if cpu >= pod.cpu_millicores and memory >= pod.memory_mib
            ]
            assert room, f"{pod.workload} finds no node among {proven}"
            # the emptiest, the fullest and some others by turns: none of them may matter
            chosen = sorted(room, key=lambda at: free[at])[(number * 7 + step) % len(room)]
            free[chosen][0] -= pod.cpu_millicores
            free[chosen][1] -= pod.memory_mib


def test_a_split_workload_fills_its_pools_together() -> None:
    small, other = pool("one", nodes=(0, 2)), pool("two", nodes=(0, 2))
    question = problem(demand(cpu=4000, pods=(4, 4)), small, other)
    seats = [Seat(workload="a/a", pool=name, pods_min=2, pods_max=2) for name in ("one", "two")]
    (group,) = groups(question, seats, "min")
    assert {one.name for one in group.pools} == {"one", "two"}
    assert nodes_needed(question, seats)["one", "min"] + nodes_needed(question, seats)["two", "min"] == 4
    assert waiting("LeastAllocated", group, {"one": 2, "two": 1}) is not None


@pytest.mark.parametrize(
    ("profile", "expected"), [("LeastAllocated", [1, 1, 1]), ("MostAllocated", [3]), ("Karpenter", [3])]
)
def test_profiles_fill_nodes_as_their_names_say(profile: Scheduler, expected: list[int]) -> None:
    held = seated([demand(cpu=500, memory=2048)] * 3, profile)
    assert sorted(held.values()) == expected


def test_replicas_that_should_be_apart_are_although_the_profile_packs() -> None:
    held = seated([demand(cpu=500, memory=2048, hosts="should")] * 3, "MostAllocated")
    assert sorted(held.values()) == [1, 1, 1]


def test_replicas_that_must_be_spread_over_zones_differ_by_one_at_most() -> None:
    pods = [demand(cpu=100, memory=100, zones="must")] * 5
    there = [Node(pool="p", zone=zone, room=(4000, 16384, 50, 0)) for zone in ("z-a", "z-a", "z-a", "z-b")]
    assert seat(pods, {"a/a": there}, "MostAllocated", Dice(7)) is None
    zones = Counter(
        {zone: sum(node.held.get("a/a", 0) for node in there if node.zone == zone) for zone in ("z-a", "z-b")}
    )
    assert sorted(zones.values()) == [2, 3]


def seated(pods: list[Demand], profile: Scheduler) -> Counter[int]:
    there = [Node(pool="p", zone="z-a", room=(4000, 16384, 50, 0)) for _ in range(3)]
    assert seat(pods, {"a/a": there}, profile, Dice(7)) is None
    return Counter({number: sum(node.held.values()) for number, node in enumerate(there) if node.held})


def test_chance_is_the_same_everywhere() -> None:
    """Locks of other machines and versions of Python must verify here: these figures are for ever."""
    dice = Dice(42)
    assert [dice.below(100) for _ in range(6)] == [34, 26, 38, 3, 94, 56]
    one, two = demand("a/a"), replace(demand("a/a"), workload="b/b")
    assert sorted(pod.workload for pod in Dice(1).shuffle([one, two, one])) == ["a/a", "a/a", "b/b"]
