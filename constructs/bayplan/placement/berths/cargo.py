"""Workloads and kinds of node as arrays: what the search reckons with."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

from bayplan.placement.constraints import refusals
from bayplan.placement.terms import ACCELERATORS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bayplan.placement.problem import Demand, Pool, Problem

Wholes: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]
Flags: TypeAlias = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cargo:
    """Items (workloads) in the order of their names, kinds of node in the order of their first pool."""

    demands: tuple[Demand, ...]
    kinds: tuple[tuple[Pool, ...], ...]
    """Pools that are alike in everything but their name: the bays of one type."""
    needs: Wholes
    """Of one pod of each item."""
    pods: Wholes
    """Of each item at the maximum load, with a rollout's surge."""
    least: Wholes
    """Nodes over which each item wants to be spread, if only a little."""
    fits: Flags
    """Item by kind: whether its pods may run there."""
    worth: Wholes
    """What all pods of each item cost at least, in 1e-4 USD per hour."""
    room: Wholes
    """Of one node of each kind."""
    price: Wholes
    """Of one node of each kind, in 1e-4 USD per hour."""
    claimed: bool
    """Whether nodes are made by Karpenter: it holds nothing evenly, but seats the largest first."""
    bays: tuple[int, ...]
    """Of each kind."""
    most: tuple[int, ...]
    """Nodes that the bays of each kind may have together."""

    @property
    def counts(self) -> Wholes:
        """Accelerators of one pod of each item."""
        column: Wholes = self.needs[:, ACCELERATORS]
        return column


def pack(problem: Problem, demands: Sequence[Demand], worth: Sequence[int]) -> Cargo:
    """The arrays of a problem, for the demands that are to be placed."""
    kinds = alike(problem)
    known: dict[Demand, list[bool]] = {}
    fits = []
    for demand in demands:
        shape = replace(demand, workload="", file="", line=0, pods_min=0, pods_max=0)
        if shape not in known:
            known[shape] = [not refusals(demand, pools[0]) for pools in kinds]
        fits.append(known[shape])
    return Cargo(
        demands=tuple(demands),
        kinds=kinds,
        needs=np.array([demand.needs for demand in demands], dtype=np.int64),
        pods=np.array([demand.pods_max + demand.surge for demand in demands], dtype=np.int64),
        least=np.array([_least(demand) for demand in demands], dtype=np.int64),
        fits=np.array(fits, dtype=np.bool_),
        worth=np.array(worth, dtype=np.int64),
        room=np.array([pools[0].room for pools in kinds], dtype=np.int64),
        price=np.array([pools[0].e4_usd_per_hour for pools in kinds], dtype=np.int64),
        claimed=problem.scheduler == "Karpenter",
        bays=tuple(len(pools) for pools in kinds),
        most=tuple(_most(problem, pools) for pools in kinds),
    )


def alike(problem: Problem) -> tuple[tuple[Pool, ...], ...]:
    """Pools put together where they differ in their name only."""
    kinds: dict[Pool, list[Pool]] = defaultdict(list)
    for pool in problem.pools:
        shared = pool.family if len(problem.families[pool.limits]) > 1 else ""
        kinds[replace(pool, name="", family=shared, file="", line=0)].append(pool)
    return tuple(tuple(pools) for pools in kinds.values())


def _most(problem: Problem, pools: Sequence[Pool]) -> int:
    if len(problem.families[pools[0].limits]) > 1:
        return pools[0].nodes_max
    return sum(pool.nodes_max for pool in pools)


def _least(demand: Demand) -> int:
    """Who should be spread is not put on a single node, where its loss would take all pods."""
    return min(2, demand.pods_max) if "should" in (demand.zones, demand.hosts) else 1
