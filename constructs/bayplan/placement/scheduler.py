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
    from collections.abc import Iterable, Mapping, Sequence

    from bayplan.placement.problem import Amounts, Demand, Scheduler

SPREAD_WEIGHT = 2
"""PodTopologySpread counts twice, the others once, in the default profile."""
MAX_SCORE = 100


CANNOT = -1
"""The score of a node that has no room."""


@dataclass(slots=True)
class Node:
    """A simulated node and the pods that it holds."""

    pool: str
    zone: str
    room: Amounts
    used: list[int] = field(default_factory=lambda: [0, 0, 0, 0])
    held: dict[str, int] = field(default_factory=dict)
    """Pods of each workload."""
    scores: dict[str, int] = field(default_factory=dict)
    """What each workload's next pod was worth here: stays true until the node takes a pod."""

    def take(self, demand: Demand) -> None:
        """Put a pod on it."""
        self.used = [used + need for used, need in zip(self.used, demand.needs, strict=True)]
        self.held[demand.workload] = self.held.get(demand.workload, 0) + 1
        self.scores.clear()

    def score(self, demand: Demand, profile: Scheduler) -> int:
        """How well the next pod would sit here, spread apart; `CANNOT` where there is no room."""
        known = self.scores.get(demand.workload)
        if known is None:
            known = self.scores[demand.workload] = self._weigh(demand.needs, profile)
        return known

    def _weigh(self, needs: Amounts, profile: Scheduler) -> int:
        if any(used + need > room for used, need, room in zip(self.used, needs, self.room, strict=True)):
            return CANNOT
        if profile == "Karpenter":
            return 0
        fullness = _most_allocated if profile == "MostAllocated" else _least_allocated
        return fullness(self, needs) + _balanced(self, needs)


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
    pods: Iterable[Demand], nodes_of: Mapping[str, Sequence[Node]], profile: Scheduler, dice: Dice
) -> Demand | None:
    """Let pods arrive in order; the first that finds no node, or None when all sit.

    `nodes_of` has, for each workload, the nodes that its pool affinity allows. Under Karpenter, nodes are made for the
    largest pods first and filled one after the other; its peers choose by score.
    """
    crowds = {workload: dict.fromkeys((node.zone for node in nodes), 0) for workload, nodes in nodes_of.items()}
    for pod in pods:
        crowd = crowds[pod.workload]
        open_ones = _spread_filter(pod, nodes_of[pod.workload], crowd)
        scored = [(node, score) for node in open_ones if (score := node.score(pod, profile)) != CANNOT]
        if not scored:
            return pod
        node = scored[0][0] if len(scored) == 1 or profile == "Karpenter" else _best(pod, scored, crowd, dice)
        node.take(pod)
        crowd[node.zone] += 1
    return None


def _best(pod: Demand, scored: Sequence[tuple[Node, int]], crowd: Mapping[str, int], dice: Dice) -> Node:
    spread = _spread_scores(pod, [node for node, _ in scored], crowd)
    totals = [score + SPREAD_WEIGHT * apart for (_, score), apart in zip(scored, spread, strict=True)]
    best = max(totals)
    ties = [node for (node, _), total in zip(scored, totals, strict=True) if total == best]
    return ties[dice.below(len(ties))]


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


def _spread_filter(pod: Demand, nodes: Sequence[Node], crowd: Mapping[str, int]) -> Sequence[Node]:
    """What `must` leaves: topology spread with maxSkew 1 and DoNotSchedule. Full nodes count as domains, too."""
    left = nodes
    if pod.zones == "must" and nodes:
        least = min(crowd.values())
        left = [node for node in left if crowd[node.zone] == least]
    if pod.hosts == "must" and nodes:
        fewest = min(node.held.get(pod.workload, 0) for node in nodes)
        left = [node for node in left if node.held.get(pod.workload, 0) == fewest]
    return left


def _spread_scores(pod: Demand, feasible: Sequence[Node], crowd: Mapping[str, int]) -> list[int]:
    """What `should` adds: more for nodes and zones that hold fewer pods of the workload (ScheduleAnyway, maxSkew 1)."""
    if "should" not in (pod.zones, pod.hosts):
        return [0] * len(feasible)
    size = [0.0] * len(feasible)
    if pod.zones == "should":
        weight = math.log(len({node.zone for node in feasible}) + 2)
        size = [crowd[node.zone] * weight for node in feasible]
    if pod.hosts == "should":
        weight = math.log(len(feasible) + 2)
        held = pod.workload
        size = [so_far + node.held.get(held, 0) * weight for so_far, node in zip(size, feasible, strict=True)]
    raw = [round(amount) for amount in size]
    most, least = max(raw), min(raw)
    return [MAX_SCORE * (most + least - amount) // most if most else MAX_SCORE for amount in raw]
