"""What has to be decided for one cluster: demands and pools as plain integers.

Units are in the names: thousandths of a core, MiB, 1e-4 USD per hour. Nothing in here knows the words of an app;
`pose` is the only place where they are translated.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from bayplan.placement.demand import Demand
from bayplan.placement.pool import Pool
from bayplan.placement.terms import LEVELS, NVIDIA, Amounts, Firmness, Level, Scheduler

__all__ = [
    "LEVELS",
    "NVIDIA",
    "Amounts",
    "Choice",
    "Demand",
    "Firmness",
    "Level",
    "Pool",
    "Problem",
    "Quota",
    "Scheduler",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """What one team may use at the most, at the maximum load."""

    team: str
    """"" for the whole cluster."""
    accelerators: int | None = None
    e4_usd_per_hour: int | None = None
    """Its share of the nodes where its pods run, by the largest share that they take of a node."""
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One accelerator that can carry a load."""

    demand: str
    """The part's name among the demands: `app/workload@l4`."""
    throughput: int
    """Load that one pod carries, in the unit of the choice."""
    most_percent: int = 100
    """Of all pods of the choice that may be of this kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A load that several kinds of pods can carry together: how many of each is decided."""

    workload: str
    load_min: int
    load_max: int
    options: tuple[Option, ...]
    """Sorted by demand."""

    def load(self, level: Level) -> int:
        """The load at an end."""
        return self.load_min if level == "min" else self.load_max


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Everything that decides the placement of one cluster; equal problems have equal plans."""

    cluster: str
    scheduler: Scheduler
    demands: tuple[Demand, ...]
    """Sorted by workload."""
    pools: tuple[Pool, ...]
    """Sorted by name."""
    resources: tuple[str, ...] = ()
    """What pods ask for beside CPU, memory, slots and accelerators, in the order of `extra`; sorted."""
    region: str = ""
    quotas: tuple[Quota, ...] = ()
    """Sorted by team."""
    choices: tuple[Choice, ...] = ()
    """Sorted by workload."""
    e6_usd_per_gib_hour: tuple[tuple[str, int], ...] = ()
    """Price of storage by class, in 1e-6 USD; sorted."""
    kept_gib: tuple[tuple[str, int], ...] = ()
    """By class, GiB of the volumes that are there once, whoever runs: shared ones, and those of jobs; sorted."""
    file: str = ""
    """Where the cluster was described."""
    line: int = 0

    def __post_init__(self) -> None:
        """Tell the pools what is the same for all of them."""
        shared = (self.resources, self.region)
        pools = tuple(
            pool
            if (pool.resources, pool.region) == shared
            else replace(pool, resources=self.resources, region=self.region)
            for pool in self.pools
        )
        object.__setattr__(self, "pools", pools)  # frozen for all others

    @cached_property
    def _demands(self) -> dict[str, Demand]:
        return {demand.workload: demand for demand in self.demands}

    @cached_property
    def _pools(self) -> dict[str, Pool]:
        return {pool.name: pool for pool in self.pools}

    def demand(self, workload: str) -> Demand | None:
        """The demand of `app/workload`, if it is asked for."""
        return self._demands.get(workload)

    def pool(self, name: str) -> Pool | None:
        """The pool of a name, if the cluster has it."""
        return self._pools.get(name)

    @cached_property
    def families(self) -> dict[str, tuple[Pool, ...]]:
        """Pools by the limit on their nodes: variants of one pool share it."""
        members: dict[str, list[Pool]] = {}
        for pool in self.pools:
            members.setdefault(pool.limits, []).append(pool)
        return {name: tuple(members[name]) for name in sorted(members)}

    @cached_property
    def kinds(self) -> tuple[tuple[Pool, ...], ...]:
        """Pools that differ in nothing but their name, as bays of one type do: what one refuses, all refuse."""
        alike: dict[Pool, list[Pool]] = {}
        for pool in self.pools:
            alike.setdefault(replace(pool, name="", family="", file="", line=0), []).append(pool)
        return tuple(tuple(pools) for pools in alike.values())

    @cached_property
    def named(self) -> frozenset[str]:
        """Workloads that a policy of another, or of their own, names."""
        return frozenset(name for demand in self.demands for name in (*demand.near, *demand.apart))

    @cached_property
    def open_to(self) -> dict[Demand, tuple[Pool, ...]]:
        """What `eligible` has found so far: the pools of each demand, whatever its name."""
        return {}

    @cached_property
    def _mixed_kinds(self) -> dict[tuple[int, ...], tuple[Pool, ...]]:
        return {}

    def pools_of_kinds(self, kinds: tuple[int, ...]) -> tuple[Pool, ...]:
        """The pools of some kinds, sorted by name; the same object each time, so that who asks often can tell."""
        if kinds not in self._mixed_kinds:
            pools = sorted((pool for at in kinds for pool in self.kinds[at]), key=lambda pool: pool.name)
            self._mixed_kinds[kinds] = tuple(pools)
        return self._mixed_kinds[kinds]
