"""What a reviewer is told of plans: plain records, as in review.py."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Nodes:
    """A pool of a plan, before and after."""

    pool: str
    instance: str
    accelerators: int
    """Of one node."""
    accelerator_model: str
    e4_usd_per_hour_before: int
    """Of one node, in 1e-4 USD; 0 for a pool that was not there."""
    e4_usd_per_hour_after: int
    min_before: int
    """Nodes at the minimum of every autoscaler."""
    max_before: int
    min_after: int
    max_after: int
    limit_after: int
    """Nodes that the cluster allows; `limit_after - max_after` is the headroom."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Workloads that run elsewhere."""

    workloads: tuple[str, ...]
    """`app/workload`."""
    origin: tuple[str, ...]
    """Pools; none for who is new."""
    to: tuple[str, ...]
    """Pools; none for who is gone."""
    pods_min: int
    pods_max: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """What becomes of the plan of one cluster; money in 1e-4 USD an hour."""

    cluster: str
    cost_min_before: int = 0
    cost_max_before: int = 0
    cost_min_after: int = 0
    cost_max_after: int = 0
    asked: tuple[str, ...] = ()
    """What is asked for or offered otherwise, a sentence each."""
    broken: tuple[str, ...] = ()
    """Why the earlier plan could not stay."""
    moves: tuple[Move, ...] = ()
    nodes: tuple[Nodes, ...] = ()
    """Every pool of either revision, sorted."""
    waiting: tuple[str, ...] = ()
    """Workloads that have no seat any more, and why."""
    stale: str = ""
    """Why the committed plan does not answer what is asked for now, and what to do; "" where it does."""
