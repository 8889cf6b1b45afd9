"""Bays filled so that any order of arrival fits: shown by sums, so whole platforms are searched without simulation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.placement.berths.cargo import pack
from bayplan.placement.berths.chance import Chance
from bayplan.placement.berths.crowding import crowd
from bayplan.placement.berths.keeping import keep, stays
from bayplan.placement.berths.loading import Way, place
from bayplan.placement.berths.search import begin, better, improve
from bayplan.placement.berths.values import value
from bayplan.placement.plan import Seat

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bayplan.placement.berths.berth import Berth
    from bayplan.placement.berths.cargo import Cargo
    from bayplan.placement.plan import Plan
    from bayplan.placement.problem import Demand, Pool, Problem


REGIONS = 14
"""Parts of a platform that are rearranged, one after the other."""


def berth(problem: Problem, committed: Plan | None, regions: int = REGIONS) -> tuple[Seat, ...] | None:
    """Seats for everybody; None where there are policies between workloads, or not bays enough."""
    if not problem.demands or problem.quotas or problem.choices or not all(map(is_plain, problem.demands)):
        return None
    cargo = pack(problem, problem.demands, value(problem, problem.demands))
    if committed is not None:
        kept, items = keep(cargo, committed)
        berths = place(cargo, kept, items, Chance(1), Way())
        if kept and berths is not None:
            return seats(cargo, better(cargo, berths, committed), committed)
    begun = begin(cargo)
    if begun is None:
        return None
    berths, way = begun
    better_filled = improve(cargo, berths, way.bay_price, regions)
    return seats(cargo, crowd(cargo, better_filled, way.bay_price) if cargo.claimed else better_filled, committed)


def is_plain(demand: Demand) -> bool:
    """Whether a workload may go wherever its pods fit, whoever else is there."""
    return not (demand.is_bound or demand.may_wait or demand.of)


def seats(cargo: Cargo, berths: Sequence[Berth], committed: Plan | None = None) -> tuple[Seat, ...]:
    """Each berth in a pool of its kind: where most of its pods are already, else by name, the largest first."""
    given = _pools(cargo, berths, committed)
    found = []
    for number, one in enumerate(berths):
        for at, item in enumerate(one.items):
            demand = cargo.demands[item]
            found.append(
                Seat(
                    workload=demand.workload,
                    pool=given[number].name,
                    pods_min=demand.pods_min,
                    pods_max=demand.pods_max,
                    even=one.nodes > 1 and not cargo.claimed and at >= one.slotted,
                )
            )
    return tuple(sorted(found))


def _pools(cargo: Cargo, berths: Sequence[Berth], committed: Plan | None) -> dict[int, Pool]:
    stay = stays(cargo, berths, committed) if committed else {}
    open_pools = [{pool.name: pool for pool in pools} for pools in cargo.kinds]
    given = {number: open_pools[berths[number].kind].pop(name) for number, name in stay.items()}
    for number in sorted(range(len(berths)), key=lambda at: (-berths[at].nodes, min(berths[at].items))):
        if number not in given:
            pools = open_pools[berths[number].kind]
            given[number] = pools.pop(next(iter(pools)))
    return given
