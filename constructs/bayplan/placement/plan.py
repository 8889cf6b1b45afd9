"""A decided placement: who sits where, how many nodes that takes, what it costs."""

from __future__ import annotations

from dataclasses import dataclass


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


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Bay:
    """Nodes of one pool, at both ends of the load."""

    pool: str
    nodes_min: int
    nodes_max: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The placement of one cluster; money in 1e-4 USD per hour, integers only."""

    cluster: str
    seats: tuple[Seat, ...]
    """Sorted by workload, then pool."""
    bays: tuple[Bay, ...]
    """Every pool of the cluster, sorted by name, also the empty ones."""
    cost_min_e4_usd_per_hour: int
    """Nodes at the minimum load."""
    cost_max_e4_usd_per_hour: int
    """Nodes at the maximum load."""
    bound_min_e4_usd_per_hour: int
    """No placement of this problem costs less at the minimum load."""

    def pools_of(self, workload: str) -> tuple[str, ...]:
        """The pools that a workload (`app/workload`) was given, sorted."""
        return tuple(sorted({seat.pool for seat in self.seats if seat.workload == workload}))
