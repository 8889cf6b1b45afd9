"""Workloads that are alike are decided together: thousands of workloads have a few hundred shapes."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bayplan.placement.constraints import eligible
from bayplan.placement.variables import must_split

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bayplan.placement.plan import Plan, Seat
    from bayplan.placement.problem import Demand, Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Classes:
    """A problem in which each demand stands for all that are like it."""

    problem: Problem
    """Its demands have `copies`, and the name of the first workload that each stands for."""
    members: Mapping[str, tuple[str, ...]]
    """The workloads behind each demand, sorted."""


def aggregate(problem: Problem) -> Classes:
    """Put together what differs in name only; who is named by others, or names them, stays alone."""
    alike: dict[Demand, list[Demand]] = defaultdict(list)
    for demand in problem.demands:
        alone = demand.workload in problem.named or demand.near or demand.apart or demand.elastic
        own = demand.workload if alone or must_split(demand, eligible(problem, demand)) else ""
        alike[replace(demand, workload=own, file="", line=0)].append(demand)
    groups = sorted(alike.values(), key=lambda group: group[0].workload)
    return Classes(
        problem=replace(problem, demands=tuple(replace(group[0], copies=len(group)) for group in groups)),
        members={group[0].workload: tuple(demand.workload for demand in group) for group in groups},
    )


def staying(classes: Classes, committed: Plan | None) -> dict[tuple[str, str], int]:
    """By demand and pool: how many of the workloads behind it have their home there in a committed plan."""
    there: dict[tuple[str, str], int] = defaultdict(int)
    for demand, members in classes.members.items() if committed else ():
        for member in members:
            for pool in committed.pools_of(member) if committed else ():
                there[demand, pool] += 1
    return dict(there)


def disperse(classes: Classes, seats: Iterable[Seat], committed: Plan | None = None) -> tuple[Seat, ...]:
    """Seats of the single workloads, from those of their classes; who has a committed home keeps it where it can."""
    by_class: dict[str, list[Seat]] = defaultdict(list)
    for seat in seats:
        by_class[seat.workload].append(seat)
    dispersed: list[Seat] = []
    for demand in classes.problem.demands:
        members = classes.members[demand.workload]
        if len(members) == 1:
            dispersed += by_class[demand.workload]
        else:
            dispersed += _deal(demand, members, sorted(by_class[demand.workload]), committed)
    return tuple(sorted(dispersed))


def _deal(demand: Demand, members: Sequence[str], seats: Sequence[Seat], committed: Plan | None) -> list[Seat]:
    """One whole seat for each member; pods of a class's seat are those of its members together."""
    most = max(demand.pods_max, 1)
    free = [(seat, seat.pods_max // most if demand.pods_max else len(members)) for seat in seats]
    left = {(seat.pool, seat.zone): places for seat, places in free}
    dealt: dict[str, tuple[str, str]] = {}
    for name in members:  # first those who can stay
        for place in sorted(left):
            if committed is not None and left[place] and place[0] in committed.pools_of(name):
                dealt[name] = place
                left[place] -= 1
                break
    for name in members:
        if name not in dealt and (open_places := [place for place in sorted(left) if left[place]]):
            dealt[name] = open_places[0]
            left[open_places[0]] -= 1
    by_place = {(seat.pool, seat.zone): seat for seat in seats}
    return [
        replace(by_place[place], workload=name, pods_min=demand.pods_min, pods_max=demand.pods_max)
        for name, place in dealt.items()
    ]
