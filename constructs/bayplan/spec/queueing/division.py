"""How much of each kind of node belongs to whom: the amounts of all queues and cohorts, divided among the pools."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bayplan.spec.amount import parse
from bayplan.spec.queueing.flavor import CPU, Flavor, flavors_of, meant

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bayplan.spec.cluster import Cluster, Queue

Slot = tuple[str, str]
"""A flavor's name, and that of a resource."""
Grants = dict[Slot, int]
"""What was said: accelerators, slices, or CPU and memory, in each flavor."""
Places = list[tuple[Flavor, str]]
"""Flavors, each with the name of a resource there."""
Owner = tuple[str, str]
"""`queue` and its team, or `cohort` and its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """An amount that the pools do not hold, with all that was given away before."""

    owner: Owner
    key: str
    places: Places
    wanted: int
    missing: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Division:
    """What everybody got."""

    granted: Mapping[Owner, Grants]
    missing: tuple[Missing, ...]


@dataclass(slots=True)
class _Rest:
    """What of the pools is left to be given away."""

    left: Grants = field(default_factory=dict)

    def take(self, wanted: int, places: Places, grants: Grants) -> int:
        """Give as much as the pools still hold, one after the other; what is missing then."""
        for flavor, resource in places:
            slot = (flavor.pool, resource)
            there = self.left.setdefault(slot, flavor.room.get(resource, 0) * flavor.nodes_max)
            given = min(wanted, there)
            self.left[slot] = there - given
            grants[flavor.name, resource] = grants.get((flavor.name, resource), 0) + given
            wanted -= given
        return wanted


def owners_of(cluster: Cluster) -> list[tuple[Owner, tuple[Flavor, ...], Mapping[str, Any]]]:
    """Who has something of their own: queues, then cohorts, by name, with the flavors that it may be in."""
    everywhere = tuple(flavors_of(cluster).values())
    queues: list[tuple[Owner, tuple[Flavor, ...], Mapping[str, Any]]] = [
        (("queue", team), usable(cluster, one), one.guaranteed) for team, one in sorted(cluster.queues.items())
    ]
    return [*queues, *((("cohort", name), everywhere, one.shared) for name, one in sorted(cluster.cohorts.items()))]


def divide(cluster: Cluster) -> Division:
    """What is guaranteed to queues and shared by cohorts: first where a pool was named, then where any will do."""
    owners = owners_of(cluster)
    pools = {pool.name for pool in cluster.pools}
    granted: dict[Owner, Grants] = {owner: {} for owner, _, _ in owners}
    missing, rest = [], _Rest()
    for exact in (True, False):
        for owner, flavors, amounts in owners:
            for key, amount in amounts.items():
                if (key in pools) is not exact:
                    continue
                for wanted, places in demands(cluster, flavors, key, amount):
                    left = rest.take(wanted, places, granted[owner])
                    if left:
                        missing.append(Missing(owner=owner, key=key, places=places, wanted=wanted, missing=left))
    return Division(granted=granted, missing=tuple(missing))


def usable(cluster: Cluster, queue: Queue) -> tuple[Flavor, ...]:
    """The flavors that the jobs of a queue may run on, in the order in which they are tried."""
    amounts = (queue.guaranteed, queue.maximum, queue.borrow, queue.lend)
    called = {key for one in amounts if isinstance(one, dict) for key in one}
    order = queue.pools or tuple(pool.name for pool in cluster.pools if pool.capacity != "spot")
    order = (*order, *(pool.name for pool in cluster.pools if pool.name in called and pool.name not in order))
    flavors = flavors_of(cluster).values()
    return tuple(one for name in order for one in flavors if one.pool == name)


def demands(cluster: Cluster, flavors: Iterable[Flavor], key: str, amount: object) -> Iterator[tuple[int, Places]]:
    """How much an amount asks for, and the flavors that may give it, each with its own name of it."""
    places = meant(cluster, flavors, key)
    if isinstance(amount, dict):
        for name, text in amount.items():
            yield units(name, text), [(flavor, name) for flavor, _ in places]
    else:
        yield units(key, amount), places


def units(key: str, amount: object) -> int:
    """An amount as an integer: thousandths of a core, bytes, or pieces."""
    size = parse(str(amount))
    return int(size * 1000) if key == CPU else int(size)
