"""The decisions of a placement as variables of CP-SAT, behind the questions that the constraints ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.placement.constraints import eligible
from bayplan.placement.problem import LEVELS, Level

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import CpModel, IntVar, LinearExpr

    from bayplan.placement.problem import Demand, Pool, Problem

NODES_MOST = 1_000_000
"""Of one pool; its own limit is a constraint of its own."""


class Variables:
    """Where every workload runs, how many pods that makes in each pool, and how many nodes."""

    def __init__(self, problem: Problem, model: CpModel) -> None:
        self._pools = {demand.workload: eligible(problem, demand) for demand in problem.demands}
        self._split = {demand.workload for demand in problem.demands if must_split(demand, self.pools(demand))}
        self._home = {
            (demand.workload, pool.name): model.new_bool_var(f"{demand.workload} in {pool.name}")
            for demand in problem.demands
            for pool in self.pools(demand)
        }
        self._nodes: dict[tuple[str, Level], IntVar] = {
            (pool.name, level): model.new_int_var(0, NODES_MOST, f"nodes of {pool.name} at {level}")
            for pool in problem.pools
            for level in LEVELS
        }
        self._parts: dict[tuple[str, str, Level], IntVar] = {
            (demand.workload, pool.name, level): model.new_int_var(0, demand.pods(level), f"part of {demand.workload}")
            for demand in problem.demands
            if self.may_split(demand)
            for pool in self.pools(demand)
            for level in LEVELS
        }
        self._guests = {
            pool.name: [demand for demand in problem.demands if (demand.workload, pool.name) in self._home]
            for pool in problem.pools
        }

    def pools(self, demand: Demand) -> tuple[Pool, ...]:
        """The pools that could take a workload."""
        return self._pools[demand.workload]

    def may_split(self, demand: Demand) -> bool:
        """Whether a workload may be shared among pools: only where no single one can take it."""
        return demand.workload in self._split

    def runs_in(self, demand: Demand, pool: Pool) -> IntVar:
        """1 where (a part of) the workload runs in the pool."""
        return self._home[demand.workload, pool.name]

    def pods(self, demand: Demand, pool: Pool, level: Level) -> LinearExpr:
        """Running pods of the workload in the pool."""
        if self.may_split(demand):
            return self._parts[demand.workload, pool.name, level]
        return demand.pods(level) * self.runs_in(demand, pool)

    def guests(self, pool: Pool, level: Level) -> list[tuple[Demand, LinearExpr]]:
        """Every workload that could run in a pool, with the pods that would need room: running ones and a surge."""
        return [
            (demand, self.pods(demand, pool, level) + demand.spare(level) * self.runs_in(demand, pool))
            for demand in self._guests[pool.name]
        ]

    def nodes(self, pool: Pool, level: Level) -> IntVar:
        """Nodes of a pool at an end of the load."""
        return self._nodes[pool.name, level]


def must_split(demand: Demand, pools: tuple[Pool, ...]) -> bool:
    """Whether no single pool holds all pods of a workload, were it alone there, but several might.

    Replicas that must be spread over zones stay together: only within one pool can they be counted against each other.
    """
    if len(pools) < 2 or demand.zones == "must":
        return False
    return all(alone(demand, pool) < demand.pods_max + demand.surge for pool in pools)


def alone(demand: Demand, pool: Pool) -> int:
    """Pods of a workload that a pool holds when nobody else is there."""
    slots = min(room // need for room, need in zip(pool.room, demand.needs, strict=True) if need)
    return slots * pool.nodes_max
