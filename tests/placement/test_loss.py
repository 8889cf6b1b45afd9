"""What the simulation knows of policies: losses, neighbours that share no node, uneven zones; and who waits."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.placement.alone import plan, told
from tests.placement.small import demand, pool, problem

from bayplan.complaint import BadInput
from bayplan.placement.plan import Seat
from bayplan.placement.realise import nodes_needed
from bayplan.placement.solve import solve
from bayplan.placement.verify import seating, survival, verify
from bayplan.placement.waiting import lacks, shortfall, waiting

if TYPE_CHECKING:
    from bayplan.placement.problem import Problem
    from bayplan.placement.terms import Part


def mixed(part: Part, large: tuple[int, int], small: tuple[int, int]) -> Problem:
    """Large pods and small ones, each with its CPU and number, on nodes of 4 CPU."""
    one = replace(demand("a/large", cpu=large[0], pods=(large[1], large[1])), survives=part)
    return problem(one, demand("b/small", cpu=small[0], pods=(small[1], small[1])), pool(nodes=(0, 20)))


LOSSES: list[tuple[Part, tuple[int, int], tuple[int, int], int]] = [
    ("node", (1500, 4), (700, 8), 4),
    ("zone", (3000, 2), (1300, 3), 5),
]
"""What is lost, the pods, and nodes that are enough in sum, for whole pods, and for all that arrive on all of them."""


@pytest.mark.parametrize(("part", "large", "small", "nodes"), LOSSES)
def test_room_in_sum_after_a_loss_is_not_yet_a_seat(
    part: Part, large: tuple[int, int], small: tuple[int, int], nodes: int
) -> None:
    question = mixed(part, large, small)
    enough = plan(question, {"general": (nodes, nodes)})
    assert told(survival, question, enough) == []
    assert all("is lost" in what for what in told(seating, question, enough))
    assert told(seating, question, enough)
    careless = mixed("", large, small)
    assert told(seating, careless, enough) == []


@pytest.mark.parametrize(("part", "large", "small", "nodes"), LOSSES)
def test_a_solved_plan_seats_anew_what_is_lost(
    part: Part, large: tuple[int, int], small: tuple[int, int], nodes: int
) -> None:
    decided = solve(mixed(part, large, small))
    assert verify(mixed(part, large, small), decided) == []
    assert decided.bays[0].nodes_min > nodes


def test_who_is_apart_gets_a_node_that_the_other_has_left_alone() -> None:
    """Under default scoring three small pods stand on three nodes, so that the other needs a fourth."""
    small = replace(demand("a/small", cpu=100, pods=(3, 3), hosts="should"), apart=("b/large",))
    large = replace(demand("b/large", cpu=100), apart=("a/small",))
    question = problem(small, large, pool(nodes=(0, 9)))
    seats = plan(question, {"general": (2, 2)}).seats
    assert nodes_needed(question, seats)["general", "max"] == 4
    assert "a pod of" in told(seating, question, plan(question, {"general": (2, 2)}))[0]


@pytest.mark.parametrize(("skew", "nodes"), [(1, 6), (2, 5)])
def test_a_zone_with_fewer_nodes_may_have_fewer_pods(skew: int, nodes: int) -> None:
    spread = replace(demand(cpu=4000, pods=(5, 5), zones="must"), zone_skew=skew)
    question = problem(spread, pool(nodes=(0, 9), zones=("z-a", "z-b", "z-c") if skew == 1 else ("z-a", "z-b")))
    seats = (Seat(workload="a/a", pool="general", pods_min=5, pods_max=5),)
    assert nodes_needed(question, seats)["general", "max"] <= nodes


def test_the_highest_priority_sits_and_the_others_are_told() -> None:
    wanted = {"a/first": 2, "b/second": 1, "c/last": 0}
    spare = [
        replace(demand(name, cpu=3000, pods=(2, 2)), may_wait=True, priority=level) for name, level in wanted.items()
    ]
    question = problem(demand("d/firm", cpu=3000), *spare, pool(nodes=(0, 5)))
    decided = solve(question)
    assert sorted({seat.workload for seat in decided.seats}) == ["a/first", "b/second", "d/firm"]
    (left,) = waiting(question, decided.seats)
    assert left.workload == "c/last"
    assert shortfall(question, decided.seats) == (0, 0, 2)
    assert lacks(question, decided.seats, left) == ("general would need 6 nodes at the least, 5 are allowed",)
    assert verify(question, decided) == []


def test_a_plan_that_seats_the_lower_instead_is_refused() -> None:
    spare = [replace(demand(name, cpu=3000), may_wait=True, priority=level) for name, level in (("a/a", 2), ("b/b", 1))]
    question = problem(*spare, pool(nodes=(0, 1)))
    good, bad = (
        plan(question, {"general": (1, 1)}, {"a/a": home, "b/b": other})
        for home, other in (("general", ""), ("", "general"))
    )
    assert verify(question, good) == []
    assert [breach.rule for breach in verify(question, bad)] == ["priority"]


def test_a_firm_workload_never_waits_for_a_spare_one() -> None:
    spare = replace(demand("a/spare", cpu=3000), may_wait=True, priority=3)
    with pytest.raises(BadInput):
        solve(problem(demand("b/firm", cpu=3000, pods=(2, 2)), spare, pool(nodes=(0, 1))))


def test_one_gang_does_not_take_the_many_from_their_bays() -> None:
    """Workloads with policies are decided apart where a pool has bays enough, and nothing is left out."""
    ring = replace(demand("z/ring", cpu=3000, pods=(3, 3)), gang="zone")
    many = [demand(f"a/w{number}", cpu=900 + 37 * number, pods=(2, 2)) for number in range(6)]
    bays = [replace(pool(f"general-{number}", nodes=(0, 12)), family="general") for number in range(4)]
    question = problem(ring, *many, *bays)
    decided = solve(question)
    assert verify(question, decided) == []
    (seat,) = [seat for seat in decided.seats if seat.workload == "z/ring"]
    assert seat.zone
