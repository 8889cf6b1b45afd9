"""A first placement, found without a solver: every workload into the pool where its share of a node is cheapest.

The solver starts from it, and it is what remains where the solver's limit of work is too small to find anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.placement.constraints import eligible
from bayplan.placement.plan import Seat
from bayplan.placement.units import units

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bayplan.placement.plan import Plan
    from bayplan.placement.problem import Pool, Problem
    from bayplan.placement.units import Member


def propose(problem: Problem, committed: Plan | None) -> tuple[Seat, ...]:
    """Seats for every workload, the largest first; where it was, if it can stay; fewer seats where pools run full.

    Pods with different numbers of accelerators are kept apart: small ones, spread over all nodes, leave no hole for a
    large one. Only sums are looked at here: whether every pod finds a node is for the simulation to say.
    """
    hall = _Hall(problem)
    for unit in units(problem):
        homes = committed.pools_of(unit.name) if committed else ()
        ways = [(way, pool) for way in unit.ways for pool in _shared(problem, way)]
        ways.sort(key=lambda found: (found[1].name not in homes, _price(*found)))
        any(hall.take(way, pool) for way, pool in ways)
    return tuple(sorted(hall.seats))


def _shared(problem: Problem, way: Sequence[Member]) -> list[Pool]:
    """The pools that could take each of the members."""
    first, *others = (eligible(problem, member.demand) for member in way)
    return [pool for pool in first if all(pool in other for other in others)]


class _Hall:
    """Pools that fill up: what is left of each in sum, who is there already, and how much stands in which zone."""

    def __init__(self, problem: Problem) -> None:
        self.seats: list[Seat] = []
        self._left = {pool.name: [room * pool.nodes_max for room in pool.room] for pool in problem.pools}
        self._roles: dict[str, int] = {}
        self._there: dict[str, set[str]] = {pool.name: set() for pool in problem.pools}
        self._zones: dict[str, str] = {}
        self._standing = {(pool.name, zone): 0 for pool in problem.pools for zone in pool.zones}

    def take(self, way: Sequence[Member], pool: Pool) -> bool:
        """Seat all members in a pool; False where it has no room for them."""
        if not self._has_room(way, pool):
            return False
        for member in way:
            self._seat(member, pool)
        return True

    def _has_room(self, way: Sequence[Member], pool: Pool) -> bool:
        roles = {member.demand.accelerators for member in way}
        names = {name for member in way for name in member.demand.apart}
        if names & self._there[pool.name] or len(roles | {self._roles.get(pool.name, min(roles))}) > len(roles):
            return False
        needs = [_total(member) for member in way]
        return all(sum(kind) <= free for *kind, free in zip(*needs, self._left[pool.name], strict=True))

    def _seat(self, member: Member, pool: Pool) -> None:
        demand, left = member.demand, self._left[pool.name]
        self._roles[pool.name] = demand.accelerators
        self._there[pool.name].add(demand.workload)
        self._left[pool.name] = [free - need for free, need in zip(left, _total(member), strict=True)]
        zone = demand.volume_zone
        if demand.gang:
            theirs = self._zones.get(demand.party, "")
            free = [theirs] if theirs in pool.zones else pool.zones
            zone = min(free, key=lambda zone: (self._standing[pool.name, zone], zone))
            self._zones |= {demand.party: zone} if demand.party else {}
            self._standing[pool.name, zone] += demand.pods_max + demand.surge
        self.seats.append(
            Seat(
                workload=demand.workload,
                pool=pool.name,
                pods_min=member.pods_min,
                pods_max=member.pods_max,
                zone=zone,
            )
        )


def _total(member: Member) -> list[int]:
    pods = member.pods_max + member.demand.surge
    return [pods * need for need in member.demand.needs]


def _price(way: Sequence[Member], pool: Pool) -> tuple[int, str]:
    """What the pods of all members would pay, by what each takes most of a node; in millionths of 1e-4 USD per hour."""
    paid = 0
    for member in way:
        pairs = zip(member.demand.needs, pool.room, strict=True)
        paid += (
            max(1, member.pods_max) * pool.e4_usd_per_hour * max(need * 10**6 // room for need, room in pairs if need)
        )
    return paid, pool.name
