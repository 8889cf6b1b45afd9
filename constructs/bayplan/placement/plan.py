"""A decided placement: who sits where, how many nodes that takes, what it costs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Seat:
    """Replicas of one workload in one pool, at both ends of its load."""

    workload: str
    """`app/workload`."""
    pool: str
    pods_min: int
    """At the minimum of every autoscaler."""
    pods_max: int
    """At the maximum of every autoscaler, without the surge of a rollout."""
    zone: str = ""
    """The only zone of the pool where its pods may run; "" for all of them."""
    even: bool = False
    """Whether its pods are held evenly on the pool's nodes (a spread constraint of its own, by host, maxSkew 1).

    Each of n nodes then has at most ceil(pods / n) of them, in whatever order pods arrive: sums become promises.
    """


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Bay:
    """Nodes of one pool, at both ends of the load."""

    pool: str
    nodes_min: int
    nodes_max: int


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The placement of one cluster; money in 1e-4 USD per hour, integers only."""

    cluster: str
    seats: tuple[Seat, ...]
    """Sorted by workload, then pool."""
    bays: tuple[Bay, ...]
    """Every pool of the cluster, sorted by name, also the empty ones."""
    cost_min_e4_usd_per_hour: int
    """Nodes at the minimum load, as the scheduler needs them: the realised cost."""
    cost_max_e4_usd_per_hour: int
    """Nodes at the maximum load."""
    bound_min_e4_usd_per_hour: int
    """No placement of this problem costs less at the minimum load."""
    bound_max_e4_usd_per_hour: int = 0
    """No placement of this problem costs less at the maximum load."""

    @cached_property
    def homes(self) -> dict[str, tuple[str, ...]]:
        """The pools of every workload, sorted."""
        pools: dict[str, set[str]] = {}
        for seat in self.seats:
            pools.setdefault(seat.workload, set()).add(seat.pool)
        return {workload: tuple(sorted(names)) for workload, names in pools.items()}

    def pools_of(self, workload: str) -> tuple[str, ...]:
        """The pools that a workload (`app/workload`) was given, sorted."""
        return self.homes.get(workload, ())
