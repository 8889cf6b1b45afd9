"""A first placement, found without a solver: every workload into the pool where its share of a node is cheapest.

The solver starts from it, and it is what remains where the solver's limit of work is too small to find anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.placement.constraints import eligible
from bayplan.placement.plan import Seat

if TYPE_CHECKING:
    from bayplan.placement.plan import Plan
    from bayplan.placement.problem import Demand, Pool, Problem


def propose(problem: Problem, committed: Plan | None) -> tuple[Seat, ...]:
    """Seats for every workload, the largest first; where it was, if it can stay; fewer seats where pools run full.

    Pods with different numbers of accelerators are kept apart: small ones, spread over all nodes, leave no hole for a
    large one. Only sums are looked at here: whether every pod finds a node is for the simulation to say.
    """
    roles: dict[str, int] = {}
    left = {pool.name: [room * pool.nodes_max for room in pool.room] for pool in problem.pools}
    seats = []
    for demand in sorted(problem.demands, key=_size, reverse=True):
        homes = committed.pools_of(demand.workload) if committed else ()
        pools = sorted(eligible(problem, demand), key=lambda pool: (pool.name not in homes, _share(demand, pool)))
        pods = demand.pods_max + demand.surge
        for pool in pools:
            room = left[pool.name]
            if roles.get(pool.name, demand.accelerators) == demand.accelerators and all(
                pods * need <= free for need, free in zip(demand.needs, room, strict=True)
            ):
                roles[pool.name] = demand.accelerators
                left[pool.name] = [free - pods * need for need, free in zip(demand.needs, room, strict=True)]
                seat = Seat(
                    workload=demand.workload, pool=pool.name, pods_min=demand.pods_min, pods_max=demand.pods_max
                )
                seats.append(seat)
                break
    return tuple(sorted(seats))


def _size(demand: Demand) -> tuple[int, int, int, str]:
    return (demand.accelerators, demand.cpu_millicores, demand.memory_mib, demand.workload)


def _share(demand: Demand, pool: Pool) -> tuple[int, str]:
    """What a pod would pay of a node, in millionths of 1e-4 USD per hour, by what it takes most of."""
    shares = [need * 10**6 // room for need, room in zip(demand.needs, pool.room, strict=True) if need]
    return pool.e4_usd_per_hour * max(shares), pool.name
