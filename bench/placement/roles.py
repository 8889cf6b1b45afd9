"""Separation by role, the peer of realised plans: what a careful operator does by hand.

CPU-only pods apart, pods with GPUs by their number and by the model that they insist on; every role has nodes of its
own of one type. How many is found by simulation: so few that no pod waits in any of the orders.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bench.placement.arrivals import ORDERS, Guests, Pool, arrive, orders
from bench.placement.first_fit import candidates, classes, fewest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.placement.arrivals import Scoring
    from bench.placement.instances import Instance, Type, Workload

TRIED = 2
"""Types for each role, the best for first-fit-decreasing first."""
FIRST_ORDERS = 4
"""Asked while the number of nodes is searched for; all of them decide in the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Roles:
    """Pools that hold in every order."""

    pools: tuple[Pool, ...]
    guests: tuple[Guests, ...]

    @property
    def e4_usd_per_hour(self) -> int:
        """What all nodes cost."""
        return sum(_cost(pool) for pool in self.pools)


def separate(instance: Instance, scoring: Scoring) -> Roles:
    """Every role on its own nodes."""
    pools: list[Pool] = []
    guests: list[Guests] = []
    for part in classes(instance):
        name = f"{part[0].gpu}-{part[0].gpu_name or 'any'}-{len(pools)}"
        pools.append(_pool(name, part, candidates(instance, part)[:TRIED], scoring))
        guests += _guests(part, name)
    return Roles(pools=tuple(pools), guests=tuple(guests))


def _pool(name: str, part: tuple[Workload, ...], kinds: Sequence[Type], scoring: Scoring) -> Pool:
    """The cheapest that holds; a type that is dearer packed than another one realised need not be tried."""
    best: Pool | None = None
    for kind in kinds:
        if best is None or fewest(part, kind) * kind.e4_usd_per_hour < _cost(best):
            pool = Pool(name=name, type=kind, nodes=_least_nodes(part, kind, scoring))
            best = pool if best is None else min(best, pool, key=_cost)
    if best is None:
        raise LookupError(f"no type holds {part[0].name}")
    while not _holds(_guests(part, name), best, ORDERS, scoring):
        best = replace(best, nodes=best.nodes + 1)
    return best


def _cost(pool: Pool) -> int:
    return pool.nodes * pool.type.e4_usd_per_hour


def _least_nodes(part: tuple[Workload, ...], kind: Type, scoring: Scoring) -> int:
    """Doubled steps up from what first-fit needs until everybody sits in a few orders, then the gap halved."""
    guests = _guests(part, "pool")

    def holds(nodes: int) -> bool:
        return _holds(guests, Pool(name="pool", type=kind, nodes=nodes), FIRST_ORDERS, scoring)

    lowest = high = fewest(part, kind)
    step = 1
    while not holds(high):
        lowest, high, step = high + 1, high + step, step * 2
    while lowest < high:
        middle = (lowest + high) // 2
        if holds(middle):
            high = middle
        else:
            lowest = middle + 1
    return high


def _holds(guests: Sequence[Guests], pool: Pool, count: int, scoring: Scoring) -> bool:
    return not any(arrive([pool], guests, order, scoring, patient=False).waiting for order in orders(guests, count))


def _guests(part: tuple[Workload, ...], pool: str) -> list[Guests]:
    return [Guests(workload=workload, pods=workload.replicas, pools=(pool,)) for workload in part]
