"""Many orders simulated at once decide as the scheduler for a single one does, in every policy that it knows."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.placement.small import demand, pool

from bayplan.placement.arrivals import Cast, Runs, first_left
from bayplan.placement.dice import Dice
from bayplan.placement.groups import Group, Guest
from bayplan.placement.node_scores import CANNOT
from bayplan.placement.orders import left_out
from bayplan.placement.scheduler import Node, seat

if TYPE_CHECKING:
    from bayplan.placement.problem import Demand, Firmness, Scheduler

FIRM: tuple[Firmness, ...] = ("off", "should", "must")
PROFILES: tuple[Scheduler, ...] = ("LeastAllocated", "MostAllocated")


class Chosen(Dice):
    """Takes one of the equally good, as it is told, and remembers how many there were."""

    def __init__(self, number: int) -> None:
        super().__init__(0)
        self.number, self.limit = number, 1

    def below(self, limit: int) -> int:
        self.limit = limit
        return self.number


def seeded(words: str) -> random.Random:
    return random.Random(words)  # noqa: S311 - no secret


def demands(dice: random.Random) -> list[Demand]:
    """Workloads with all that keeps pods apart, and a resource beside the four."""
    plain = [
        demand(
            f"a/w{number}",
            cpu=dice.randint(1, 20) * 50,
            memory=dice.randint(1, 20) * 50,
            accelerators=dice.choice((0, 0, 1)),
            zones=dice.choice(FIRM),
            hosts=dice.choice(FIRM),
        )
        for number in range(6)
    ]
    made = [
        replace(one, extra=(dice.randint(0, 3),), zone_skew=dice.randint(1, 2), most_per_node=dice.choice((0, 0, 2)))
        for one in plain
    ]
    made[0] = replace(made[0], apart=("a/w1",))
    made[1] = replace(made[1], apart=("a/w0",))
    return made


def cast_of(dice: random.Random, profile: Scheduler) -> Cast:
    nodes = [
        Node(pool="p", zone=f"z{number % 3}", room=(3000, 3000, 9, number % 2 * 2, 6), used=(0,) * 5)
        for number in range(7)
    ]
    asked = demands(dice)
    allowed = [[dice.random() < 0.8 for _ in nodes] for _ in asked]
    return Cast(profile, asked, nodes, np.array(allowed))


def preferred(cast: Cast, guest: int) -> set[int]:
    """Nodes that the scheduler of a single order may choose for the next pod."""
    found: set[int] = set()
    number = limit = 0
    while number <= limit:
        nodes = [replace(node, held=dict(node.held)) for node in cast.nodes]
        allowed = [node for node, may in zip(nodes, cast.allowed[guest], strict=True) if may]
        pod, dice = cast.demands[guest], Chosen(number)
        if seat([pod], {pod.workload: allowed}, cast.scheduler, dice) is not None:
            return set()
        found |= {at for at, node in enumerate(nodes) if node.held != cast.nodes[at].held}
        number, limit = number + 1, dice.limit - 1
    return found


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("seed", range(6))
def test_every_decision_is_that_of_the_single_order(profile: Scheduler, seed: int) -> None:
    dice = seeded(f"arrivals {seed}")
    cast = cast_of(dice, profile)
    runs = Runs(cast, 1)
    for guest in dice.choices(range(len(cast.demands)), k=40):
        scores = runs.scores(np.array([guest]))[0]
        best = set(np.nonzero(scores == scores.max())[0].tolist()) if scores.max() > CANNOT else set()
        assert best == preferred(cast, guest)
        if best:
            at = min(best)
            cast.nodes[at].take(cast.demands[guest])
            runs.put(np.array([guest]), np.array([at]))


def test_an_order_ends_alike_whoever_is_asked_with_it() -> None:
    cast = cast_of(seeded("together"), "LeastAllocated")
    rows = np.array([seeded(f"{number}").choices(range(6), k=14) for number in range(40)])
    alone = [first_left(cast, rows[[number]], number) for number in range(40)]
    assert 0 < alone.count(None) < len(rows)
    for first in range(0, 40, 5):
        found = first_left(cast, rows[first : first + 5], first)
        if found is None:
            assert alone[first : first + 5] == [None] * 5
        else:
            assert alone[first + found[0]] == (0, found[1])


@pytest.mark.parametrize("profile", PROFILES)
def test_a_large_pod_waits_behind_small_ones_and_is_named(profile: Scheduler) -> None:
    small, large = demand("a/small", cpu=100, memory=100), demand("b/large", cpu=4000, memory=100)
    only = pool(cpu=4000)
    guests = tuple(Guest(demand=one, pools=frozenset([only.name]), pods=pods) for one, pods in ((small, 4), (large, 1)))
    group = Group(pools=(only,), guests=guests)

    def left(count: int) -> tuple[str, str] | None:
        nodes = [Node(pool=only.name, zone="z-a", room=only.room) for _ in range(count)]
        return left_out(profile, group, nodes, 20, least=20)

    enough = 5 if profile == "LeastAllocated" else 2
    assert left(enough - 1) is not None
    assert left(enough) is None
    assert left(0) == ("a/small", "smallest first")
    if profile == "LeastAllocated":
        assert left(enough - 1) == ("b/large", "smallest first")
