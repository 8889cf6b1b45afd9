"""What kube-scheduler does with pods that arrive one at a time, in plain Python.

A packed plan is not yet a true one: the scheduler puts each pod on the node that it likes best at that moment. This
repeats the parts that decide where pods of one cluster go: the fit and spread filters, NodeResourcesFit,
NodeResourcesBalancedAllocation and PodTopologySpread with their default weights, and equal scores broken at random.
Source: https://github.com/kubernetes/kubernetes/tree/v1.37.0/pkg/scheduler/framework/plugins
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from bayplan.placement.problem import Amounts, Demand, Scheduler

SPREAD_WEIGHT = 2
"""PodTopologySpread counts twice, the others once, in the default profile."""
MAX_SCORE = 100


@dataclass(slots=True)
class Node:
    """A simulated node and the pods that it holds."""

    pool: str
    zone: str
    room: Amounts
    used: list[int] = field(default_factory=lambda: [0, 0, 0, 0])
    held: dict[str, int] = field(default_factory=dict)
    """Pods of each workload."""

    def fits(self, needs: Amounts) -> bool:
        """Whether there is room for one more pod."""
        used, room = self.used, self.room
        return (
            used[0] + needs[0] <= room[0]
            and used[1] + needs[1] <= room[1]
            and used[2] + needs[2] <= room[2]
            and used[3] + needs[3] <= room[3]
        )

    def take(self, demand: Demand) -> None:
        """Put a pod on it."""
        self.used = [used + need for used, need in zip(self.used, demand.needs, strict=True)]
        self.held[demand.workload] = self.held.get(demand.workload, 0) + 1


class Dice:
    """Repeatable chance, the same in every version of Python (Knuth's MMIX generator)."""

    def __init__(self, seed: int) -> None:
        self._state = seed

    def below(self, limit: int) -> int:
        """A whole number from 0 up to, not including, the limit."""
        self._state = (self._state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self._state >> 33) % limit

    def shuffle(self, items: Sequence[Demand]) -> list[Demand]:
        """The items in another order."""
        shuffled = list(items)
        for last in range(len(shuffled) - 1, 0, -1):
            other = self.below(last + 1)
            shuffled[last], shuffled[other] = shuffled[other], shuffled[last]
        return shuffled


def seat(
    pods: Iterable[Demand], nodes_of: Callable[[Demand], Sequence[Node]], profile: Scheduler, dice: Dice
) -> Demand | None:
    """Let pods arrive in order; the first that finds no node, or None when all sit.

    `nodes_of` gives the nodes that a pod's pool affinity allows. Under Karpenter, nodes are made for the largest pods
    first and filled one after the other; its peers choose by score.
    """
    choose = _first if profile == "Karpenter" else _best_of(profile, dice)
    for pod in pods:
        allowed = nodes_of(pod)
        feasible = [node for node in _spread_filter(pod, allowed) if node.fits(pod.needs)]
        if not feasible:
            return pod
        choose(pod, allowed, feasible).take(pod)
    return None


def _first(_pod: Demand, _allowed: Sequence[Node], feasible: Sequence[Node]) -> Node:
    return feasible[0]


def _best_of(profile: Scheduler, dice: Dice) -> Callable[[Demand, Sequence[Node], Sequence[Node]], Node]:
    fullness = _most_allocated if profile == "MostAllocated" else _least_allocated

    def choose(pod: Demand, allowed: Sequence[Node], feasible: Sequence[Node]) -> Node:
        if len(feasible) == 1:
            return feasible[0]
        spread = _spread_scores(pod, allowed, feasible)
        scores = [
            fullness(node, pod.needs) + _balanced(node, pod.needs) + SPREAD_WEIGHT * apart
            for node, apart in zip(feasible, spread, strict=True)
        ]
        best = max(scores)
        ties = [node for node, score in zip(feasible, scores, strict=True) if score == best]
        return ties[dice.below(len(ties))]

    return choose


def _least_allocated(node: Node, needs: Amounts) -> int:
    cpu, memory = node.room[0], node.room[1]
    free_cpu = (cpu - node.used[0] - needs[0]) * MAX_SCORE // cpu
    free_memory = (memory - node.used[1] - needs[1]) * MAX_SCORE // memory
    return (free_cpu + free_memory) // 2


def _most_allocated(node: Node, needs: Amounts) -> int:
    """CPU, memory and, where there are some, accelerators, all of one weight: the profile that bayplan plans for."""
    counted = [kind for kind in (0, 1, 3) if node.room[kind]]
    return sum((node.used[kind] + needs[kind]) * MAX_SCORE // node.room[kind] for kind in counted) // len(counted)


def _balanced(node: Node, needs: Amounts) -> int:
    """How much better balanced CPU and memory are with the pod than without it: 50 where nothing changes."""
    cpu, memory = node.room[0], node.room[1]
    after = abs((node.used[0] + needs[0]) / cpu - (node.used[1] + needs[1]) / memory) / 2
    before = abs(node.used[0] / cpu - node.used[1] / memory) / 2
    gain = int((1 - after) * MAX_SCORE) - int((1 - before) * MAX_SCORE)
    return MAX_SCORE // 2 + (MAX_SCORE // 2 + gain) // 2


def _spread_filter(pod: Demand, nodes: Sequence[Node]) -> Sequence[Node]:
    """What `must` leaves: topology spread with maxSkew 1 and DoNotSchedule. Full nodes count as domains, too."""
    left = nodes
    if pod.zones == "must" and nodes:
        zones = _zone_counts(pod, nodes)
        least = min(zones.values())
        left = [node for node in left if zones[node.zone] == least]
    if pod.hosts == "must" and nodes:
        fewest = min(node.held.get(pod.workload, 0) for node in nodes)
        left = [node for node in left if node.held.get(pod.workload, 0) == fewest]
    return left


def _zone_counts(pod: Demand, nodes: Sequence[Node]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for node in nodes:
        counts[node.zone] = counts.get(node.zone, 0) + node.held.get(pod.workload, 0)
    return counts


def _spread_scores(pod: Demand, allowed: Sequence[Node], feasible: Sequence[Node]) -> list[int]:
    """What `should` adds: more for nodes and zones that hold fewer pods of the workload (ScheduleAnyway, maxSkew 1)."""
    if "should" not in (pod.zones, pod.hosts):
        return [0] * len(feasible)
    crowd = [0.0] * len(feasible)
    if pod.zones == "should":
        zones = _zone_counts(pod, allowed)
        weight = math.log(len({node.zone for node in feasible}) + 2)
        crowd = [zones[node.zone] * weight for node in feasible]
    if pod.hosts == "should":
        weight = math.log(len(feasible) + 2)
        held = pod.workload
        crowd = [size + node.held.get(held, 0) * weight for size, node in zip(crowd, feasible, strict=True)]
    raw = [round(size) for size in crowd]
    most, least = max(raw), min(raw)
    return [MAX_SCORE * (most + least - size) // most if most else MAX_SCORE for size in raw]
