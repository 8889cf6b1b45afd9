"""Room in a zone: nodes are dealt out to the zones one by one, and who stands in a zone finds room there."""

from __future__ import annotations

from collections import Counter
from itertools import cycle, islice
from typing import TYPE_CHECKING

from bayplan.placement.problem import LEVELS
from bayplan.placement.verify.breach import Breach
from bayplan.placement.verify.guests import nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.placement.plan import Plan, Seat
    from bayplan.placement.problem import Level, Pool, Problem

RULE = "zone_room"


def breaches(problem: Problem, plan: Plan) -> Iterator[Breach]:
    """Seats in zones where the pool does not stand, and zones whose nodes are too few for those who stand there."""
    for pool in problem.pools:
        inside = plan.seats_in.get(pool.name, ())
        for seat in inside:
            if seat.zone and seat.zone not in pool.zones:
                what = f"{seat.workload} stands in {seat.zone}, pool {pool.name} in {', '.join(pool.zones)}"
                yield Breach(rule=RULE, what=what)
        for level in LEVELS:
            dealt = Counter(islice(cycle(pool.zones), nodes(plan, pool, level)))
            for zone in pool.zones:
                seats = [seat for seat in inside if seat.zone == zone]
                for whom in _crowded(problem, seats, pool, level, dealt[zone]):
                    what = f"{dealt[zone]} nodes of {pool.name} in {zone} are too few at {level} load for {whom}"
                    yield Breach(rule=RULE, what=what)


def _crowded(problem: Problem, seats: list[Seat], pool: Pool, level: Level, there: int) -> Iterator[str]:
    taken = [0] * len(pool.room)
    for seat in seats:
        demand = problem.demand(seat.workload)
        if demand is None:
            continue
        pods = seat.pods_min if level == "min" else seat.pods_max + demand.surge
        a_node = -(-pods // max(there, 1))
        if pods and any(need * a_node > room for need, room in zip(demand.needs, pool.room, strict=True)):
            yield f"the {pods} pods of {demand.workload}"
        taken = [amount + pods * need for amount, need in zip(taken, demand.needs, strict=True)]
    if any(amount > room * there for amount, room in zip(taken, pool.room, strict=True)):
        yield "all that stand in that zone"
