"""A decided placement: who sits where, how many nodes that takes, what it costs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from bayplan.placement.terms import LEVELS, Level

if TYPE_CHECKING:
    from bayplan.placement.evidence import Evidence


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

    def pods(self, level: Level) -> int:
        """Running pods at an end of the load."""
        return self.pods_min if level == "min" else self.pods_max


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
    evidence_min: Evidence | None = None
    """Proves the bound and shows the packed cost at the minimum load; None where the question has changed since."""
    evidence_max: Evidence | None = None
    """The same at the maximum load."""

    @property
    def packed_min_e4_usd_per_hour(self) -> int:
        """Nodes at the minimum load in the best packing that was found; 0 where none is known."""
        return self.evidence_min.packed_e4_usd_per_hour if self.evidence_min else 0

    @property
    def packed_max_e4_usd_per_hour(self) -> int:
        """The same at the maximum load."""
        return self.evidence_max.packed_e4_usd_per_hour if self.evidence_max else 0

    def evidence(self, level: Level) -> Evidence | None:
        """What is shown at an end of the load."""
        return self.evidence_min if level == "min" else self.evidence_max

    def cost(self, level: Level) -> int:
        """Realised, in 1e-4 USD per hour, at an end of the load."""
        return self.cost_min_e4_usd_per_hour if level == "min" else self.cost_max_e4_usd_per_hour

    @property
    def cost_of_both_e4_usd_per_hour(self) -> int:
        """Both ends of the load together: what is compared."""
        return self.cost_min_e4_usd_per_hour + self.cost_max_e4_usd_per_hour

    def bound(self, level: Level) -> int:
        """1e-4 USD per hour that no placement can beat at an end of the load."""
        return self.bound_min_e4_usd_per_hour if level == "min" else self.bound_max_e4_usd_per_hour

    @cached_property
    def nodes(self) -> dict[tuple[str, Level], int]:
        """Nodes of every pool at both ends of the load."""
        return {
            (bay.pool, level): bay.nodes_min if level == "min" else bay.nodes_max
            for bay in self.bays
            for level in LEVELS
        }

    @cached_property
    def homes(self) -> dict[str, tuple[str, ...]]:
        """The pools of every workload, sorted."""
        pools: dict[str, set[str]] = {}
        for seat in self.seats:
            pools.setdefault(seat.workload, set()).add(seat.pool)
        return {workload: tuple(sorted(names)) for workload, names in pools.items()}

    @cached_property
    def seats_in(self) -> dict[str, tuple[Seat, ...]]:
        """The seats of every pool that has some, sorted."""
        seats: dict[str, list[Seat]] = {}
        for seat in self.seats:
            seats.setdefault(seat.pool, []).append(seat)
        return {pool: tuple(those) for pool, those in seats.items()}

    def pools_of(self, workload: str) -> tuple[str, ...]:
        """The pools that a workload (`app/workload`) was given, sorted."""
        return self.homes.get(workload, ())
