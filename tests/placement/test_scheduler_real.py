"""The simulation against recordings of the real kube-scheduler 1.37: every decision must be one that it could make.

Recorded by tests/e2e/placement_record.py. A decision is right when the node is among those that the simulation finds
best in the very same situation, ties included; a pod that found no node must find none here either.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from tests.placement.small import demand

from bayplan.placement.arrivals import Cast, Runs
from bayplan.placement.dice import Dice
from bayplan.placement.node_scores import CANNOT
from bayplan.placement.scheduler import Node, seat

if TYPE_CHECKING:
    from bayplan.placement.problem import Demand

SCENES: list[dict[str, Any]] = json.loads((Path(__file__).parent / "real_scheduler.json").read_text())
"""Beside the pools' rooms and what is asked for: nodes as (pool, zone), arrivals as (workload, number of its node)."""
NOWHERE = -1
NOTHING = (0, 0, 0, 0)


class Chosen(Dice):
    """Takes one of the equally good, as it is told, and remembers how many there were."""

    def __init__(self, number: int) -> None:
        super().__init__(0)
        self.number, self.limit = number, 1

    def below(self, limit: int) -> int:
        self.limit = limit
        return self.number


@dataclass
class Situation:
    """What stands where at one moment."""

    scene: dict[str, Any]
    used: list[list[int]] = field(default_factory=list)
    held: list[dict[str, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        rooms = [self.scene["pools"][pool] for pool, _ in self.scene["nodes"]]
        self.used = [[0] * len(room) for room in rooms]
        self.held = [{} for _ in rooms]

    def best(self, pod: Demand) -> set[int]:
        """Nodes that the simulation may choose for the next pod; empty where it finds none."""
        found: set[int] = set()
        number = 0
        while True:
            dice = Chosen(number)
            nodes = self._nodes()
            allowed = [node for node in nodes if node.pool in self.scene["demands"][pod.workload][3]]
            before = [sum(node.held.values()) for node in nodes]
            if seat([pod], {pod.workload: allowed}, self.scene["scheduler"], dice) is not None:
                return set()
            found |= {at for at, node in enumerate(nodes) if sum(node.held.values()) > before[at]}
            number += 1
            if number >= dice.limit:
                return found

    def put(self, pod: Demand, at: int) -> None:
        self.used[at] = [taken + need for taken, need in zip(self.used[at], pod.needs, strict=True)]
        self.held[at][pod.workload] = self.held[at].get(pod.workload, 0) + 1

    def _nodes(self) -> list[Node]:
        return [
            Node(pool=pool, zone=zone, room=tuple(self.scene["pools"][pool]), used=tuple(used), held=dict(held))
            for (pool, zone), used, held in zip(self.scene["nodes"], self.used, self.held, strict=True)
        ]


def demands(scene: dict[str, Any]) -> dict[str, Demand]:
    """What was asked for."""
    return {
        name: demand(name, cpu=needs[0], memory=needs[1], accelerators=needs[3], zones=zones, hosts=hosts)
        for name, (needs, zones, hosts, _) in scene["demands"].items()
    }


IDS = [f"{one['scheduler']}-{at}" for at, one in enumerate(SCENES)]


@pytest.mark.parametrize("scene", SCENES, ids=IDS)
def test_every_decision_of_the_real_scheduler_is_among_the_best_of_the_simulation(scene: dict[str, Any]) -> None:
    asked = demands(scene)
    situation = Situation(scene)
    wrong = []
    for number, (workload, at) in enumerate(scene["arrivals"]):
        best = situation.best(asked[workload])
        if at not in (best or {NOWHERE}):
            wrong.append((number, workload, at, sorted(best)))
        if at != NOWHERE:
            situation.put(asked[workload], at)
    assert wrong == []


def test_the_recordings_have_pods_that_found_no_node_and_choices_that_were_free() -> None:
    assert sum(at == NOWHERE for scene in SCENES for _, at in scene["arrivals"]) > 20
    assert {scene["scheduler"] for scene in SCENES} == {"LeastAllocated", "MostAllocated"}


@pytest.mark.parametrize("scene", SCENES, ids=IDS)
def test_many_orders_at_once_are_simulated_alike(scene: dict[str, Any]) -> None:
    asked = demands(scene)
    nodes = [
        Node(pool=pool, zone=zone, room=tuple(scene["pools"][pool]), used=NOTHING) for pool, zone in scene["nodes"]
    ]
    allowed = [[node.pool in scene["demands"][name][3] for node in nodes] for name in asked]
    cast = Cast(scene["scheduler"], list(asked.values()), nodes, np.array(allowed))
    runs, names, wrong = Runs(cast, 2), list(asked), []
    for number, (workload, at) in enumerate(scene["arrivals"]):
        guests = np.array([names.index(workload)] * 2)
        first, second = runs.scores(guests)
        best = set((first == first.max()).nonzero()[0].tolist()) if first.max() > CANNOT else {NOWHERE}
        if at not in best or (first != second).any():
            wrong.append((number, workload, at, best))
        if at != NOWHERE:
            runs.put(guests, np.array([at, at]))
    assert wrong == []
