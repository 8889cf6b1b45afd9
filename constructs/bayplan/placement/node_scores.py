"""How well a pod would sit on a node, as kube-scheduler's plugins for resources say it: 0 to 100 each.

Sources: least_allocated.go, most_allocated.go and balanced_allocation.go in
https://github.com/kubernetes/kubernetes/tree/v1.37.0/pkg/scheduler/framework/plugins/noderesources
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bayplan.placement.problem import Amounts, Scheduler

MAX_SCORE = 100
CANNOT = -1
"""The score of a node that has no room."""


@lru_cache(maxsize=2**16)
def weigh(used: Amounts, room: Amounts, needs: Amounts, profile: Scheduler) -> int:
    """What the next pod is worth on a node, spread apart; `CANNOT` where it has no room.

    Remembered: nodes of a pool are alike, and so are the ways in which they fill.
    """
    if any(taken + need > whole for taken, need, whole in zip(used, needs, room, strict=True)):
        return CANNOT
    if profile == "Karpenter":
        return 0
    fullness = _most_allocated if profile == "MostAllocated" else _least_allocated
    return fullness(used, room, needs) + _balanced(used, room, needs)


def _least_allocated(used: Amounts, room: Amounts, needs: Amounts) -> int:
    free_cpu = (room[0] - used[0] - needs[0]) * MAX_SCORE // room[0]
    free_memory = (room[1] - used[1] - needs[1]) * MAX_SCORE // room[1]
    return (free_cpu + free_memory) // 2


def _most_allocated(used: Amounts, room: Amounts, needs: Amounts) -> int:
    """CPU, memory and accelerators, all of one weight: the profile that README.md gives.

    Accelerators count only for pods that ask for some: kube-scheduler leaves scalar resources out for all others.
    """
    counted = (0, 1, 3) if needs[3] and room[3] else (0, 1)
    return sum((used[kind] + needs[kind]) * MAX_SCORE // room[kind] for kind in counted) // len(counted)


def _balanced(used: Amounts, room: Amounts, needs: Amounts) -> int:
    """How much better balanced CPU and memory are with the pod than without it: 50 where nothing changes."""
    after = abs((used[0] + needs[0]) / room[0] - (used[1] + needs[1]) / room[1]) / 2
    before = abs(used[0] / room[0] - used[1] / room[1]) / 2
    gain = int((1 - after) * MAX_SCORE) - int((1 - before) * MAX_SCORE)
    return MAX_SCORE // 2 + (MAX_SCORE // 2 + gain) // 2
