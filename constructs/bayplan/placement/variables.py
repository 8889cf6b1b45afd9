"""The decisions of a placement as variables of CP-SAT, behind the questions that the constraints ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.placement.constraints import eligible
from bayplan.placement.slots import slots
from bayplan.placement.terms import LEVELS, Level

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import CpModel, IntVar, LinearExpr

    from bayplan.placement.problem import Demand, Pool, Problem

NODES_MOST = 1_000_000
"""Of one pool; its own limit is a constraint of its own."""


class Variables:
    """Where every workload runs, how many pods that makes in each pool, and how many nodes."""

    def __init__(self, problem: Problem, model: CpModel) -> None:
        self._model = model
        self._pools = {demand.workload: eligible(problem, demand) for demand in problem.demands}
        self._split = {demand.workload for demand in problem.demands if must_split(demand, self.pools(demand))}
        pairs = [(demand, pool) for demand in problem.demands for pool in self.pools(demand)]
        self._copies = {
            (demand.workload, pool.name): model.new_int_var(0, demand.copies, f"{demand.workload} in {pool.name}")
            for demand, pool in pairs
        }
        self._homes: dict[tuple[str, str], IntVar] = {}
        self._stands: dict[tuple[str, str, str], IntVar] = {}
        self._nodes: dict[tuple[str, Level], IntVar] = {
            (pool.name, level): model.new_int_var(0, NODES_MOST, f"nodes of {pool.name} at {level}")
            for pool in problem.pools
            for level in LEVELS
        }
        self._parts: dict[tuple[str, str, Level], IntVar] = {
            (demand.workload, pool.name, level): model.new_int_var(
                0, demand.pods_max if demand.elastic else demand.pods(level), f"part of {demand.workload}"
            )
            for demand, pool in pairs
            if self.counts_pods(demand)
            for level in LEVELS
        }
        self._guests: dict[str, list[Demand]] = {pool.name: [] for pool in problem.pools}
        for demand, pool in pairs:
            self._guests[pool.name].append(demand)

    def pools(self, demand: Demand) -> tuple[Pool, ...]:
        """The pools that could take a workload."""
        return self._pools[demand.workload]

    def may_split(self, demand: Demand) -> bool:
        """Whether a workload may be shared among pools: only where no single one can take it."""
        return demand.workload in self._split

    def counts_pods(self, demand: Demand) -> bool:
        """Whether the number of pods in a pool is a decision of its own, and not all or none."""
        return demand.elastic or self.may_split(demand)

    def runs_in(self, demand: Demand, pool: Pool) -> IntVar:
        """How many of the workloads behind the demand run (with a part) in the pool: 0 or 1 for a single one."""
        return self._copies[demand.workload, pool.name]

    def is_home(self, demand: Demand, pool: Pool) -> IntVar:
        """1 where any of them does."""
        key = (demand.workload, pool.name)
        if demand.copies == 1:
            return self._copies[key]
        if key not in self._homes:
            home = self._model.new_bool_var(f"{demand.workload} at home in {pool.name}")
            self._model.add(self._copies[key] <= demand.copies * home)
            self._model.add(self._copies[key] >= home)
            self._homes[key] = home
        return self._homes[key]

    def stands_in(self, demand: Demand, pool: Pool, zone: str) -> IntVar:
        """How many of them run in one zone of the pool alone; all that run there, summed over its zones."""
        key = (demand.workload, pool.name, zone)
        if key not in self._stands:
            made = {one: self._model.new_int_var(0, demand.copies, f"{demand.workload} in {one}") for one in pool.zones}
            self._model.add(sum(made.values()) == self.runs_in(demand, pool))
            self._stands |= {(demand.workload, pool.name, one): variable for one, variable in made.items()}
        return self._stands[key]

    def stays_in_zone(self, demand: Demand) -> bool:
        """Whether a constraint has asked for one zone of a pool."""
        return any(workload == demand.workload for workload, _, _ in self._stands)

    def pods(self, demand: Demand, pool: Pool, level: Level) -> LinearExpr:
        """Running pods of the workloads in the pool."""
        if self.counts_pods(demand):
            return self._parts[demand.workload, pool.name, level]
        return demand.pods(level) * self.runs_in(demand, pool)

    def seated(self, demand: Demand, pool: Pool, level: Level) -> LinearExpr:
        """Pods that need room in the pool: running ones and a surge."""
        return self.pods(demand, pool, level) + demand.spare(level) * self.runs_in(demand, pool)

    def guests(self, pool: Pool, level: Level) -> list[tuple[Demand, LinearExpr]]:
        """Every workload that could run in a pool, with the pods that would need room."""
        return [(demand, self.seated(demand, pool, level)) for demand in self._guests[pool.name]]

    def nodes(self, pool: Pool, level: Level) -> IntVar:
        """Nodes of a pool at an end of the load."""
        return self._nodes[pool.name, level]


def must_split(demand: Demand, pools: tuple[Pool, ...]) -> bool:
    """Whether no single pool holds all pods of a workload, were it alone there, but several might.

    Replicas that must be spread over zones stay together: only within one pool can they be counted against each other.
    """
    if len(pools) < 2 or demand.zones == "must" or demand.gang or demand.volume_zone or demand.elastic:
        return False
    return all(alone(demand, pool) < demand.pods_max + demand.surge for pool in pools)


def alone(demand: Demand, pool: Pool) -> int:
    """Pods of a workload that a pool holds when nobody else is there."""
    return slots(demand, pool) * pool.nodes_max
