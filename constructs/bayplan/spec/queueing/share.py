"""From the words of queues to quotas: how much of each kind of node belongs to whom."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bayplan.spec.amount import parse
from bayplan.spec.queueing.flavor import CPU, MEMORY, flavors_of, meant

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bayplan.spec.cluster import Cluster, Cohort, Queue
    from bayplan.spec.queueing.flavor import Flavor

Slot = tuple[str, str]
"""A flavor's name, and that of a resource."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """The quota of one resource in one flavor."""

    nominal: int = 0
    borrow: int | None = 0
    """None for any amount."""
    lend: int | None = None
    """None for all of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What one queue, or one cohort, has."""

    name: str
    cells: Mapping[Slot, Cell]
    flavors: tuple[Flavor, ...]
    """In the order in which they are tried."""
    queue: Queue | None = None
    cohort: Cohort | None = None


@dataclass(slots=True)
class _Rest:
    """What of the pools is left to be given away."""

    left: dict[Slot, int] = field(default_factory=dict)

    def take(self, flavor: Flavor, resource: str, wanted: int) -> int:
        """As much of what is wanted as the flavor's pool still holds."""
        slot = (flavor.pool, resource)
        there = self.left.setdefault(slot, flavor.room[resource] * flavor.nodes_max)
        given = min(wanted, there)
        self.left[slot] = there - given
        return given


Places = list[tuple["Flavor", str]]
"""Flavors, each with the name of a resource there."""
Grants = dict[Slot, int]
"""What was said: accelerators, slices, or CPU and memory, in each flavor."""


def share_out(cluster: Cluster) -> dict[str, Share]:
    """The share of every queue by its team, in the order of names."""
    granted = _granted(cluster)
    shares = {}
    for team, queue in sorted(cluster.queues.items()):
        flavors = usable(cluster, queue)
        own = granted["queue", team]
        borrowed = _borrowed(cluster, team, flavors, granted)
        lent = None if queue.lend == "all" else _within(cluster, flavors, queue.lend, own)
        cells = _cells(flavors, own, borrowed, lent)
        used = tuple(one for one in flavors if any(slot[0] == one.name for slot in cells))
        shares[team] = Share(name=team, cells=cells, flavors=used, queue=queue)
    return shares


def share_out_cohorts(cluster: Cluster) -> dict[str, Share]:
    """The share of every cohort that somebody named, by its name; most have nothing of their own."""
    granted = _granted(cluster)
    named = {queue.cohort for queue in cluster.queues.values()} | set(cluster.cohorts)
    named |= {cohort.within for cohort in cluster.cohorts.values() if cohort.within}
    flavors = tuple(flavors_of(cluster).values())
    shares = {}
    for name in sorted(named):
        own = granted.get(("cohort", name), {})
        cells = {slot: Cell(nominal=amount, borrow=None) for slot, amount in _complete(flavors, own).items() if amount}
        used = tuple(one for one in flavors if any(slot[0] == one.name for slot in cells))
        shares[name] = Share(name=name, cells=cells, flavors=used, cohort=cluster.cohorts.get(name))
    return shares


def usable(cluster: Cluster, queue: Queue) -> tuple[Flavor, ...]:
    """The flavors that the jobs of a queue may run on, in the order in which they are tried."""
    amounts = (queue.guaranteed, queue.maximum, queue.borrow, queue.lend)
    called = {key for one in amounts if isinstance(one, dict) for key in one}
    order = queue.pools or tuple(pool.name for pool in cluster.pools if pool.capacity != "spot")
    order = (*order, *(pool.name for pool in cluster.pools if pool.name in called and pool.name not in order))
    return tuple(one for name in order for one in flavors_of(cluster).values() if one.pool == name)


def covered_by(share: Share, asked: Iterable[str]) -> tuple[str, ...]:
    """The resources that a queue counts, sorted: CPU, memory, its accelerators, and what its jobs ask for besides."""
    accelerators = {name for flavor in share.flavors for name in flavor.counted}
    return tuple(sorted({CPU, MEMORY} | accelerators | set(asked)))


def _granted(cluster: Cluster) -> dict[tuple[str, str], Grants]:
    """What is guaranteed to queues and shared by cohorts: first where a pool was named, then where any will do."""
    owners = [(("queue", team), usable(cluster, one), one.guaranteed) for team, one in sorted(cluster.queues.items())]
    everywhere = tuple(flavors_of(cluster).values())
    owners += [(("cohort", name), everywhere, one.shared) for name, one in sorted(cluster.cohorts.items())]
    pools = {pool.name for pool in cluster.pools}
    granted: dict[tuple[str, str], Grants] = {owner: {} for owner, _, _ in owners}
    rest = _Rest()
    for exact in (True, False):
        for owner, flavors, amounts in owners:
            for key, amount in amounts.items():
                if (key in pools) is exact:
                    for wanted, places in demands(cluster, flavors, key, amount):
                        _divide(granted[owner], wanted, places, rest)
    return granted


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


def _divide(grants: Grants, wanted: int, places: Places, rest: _Rest) -> None:
    for flavor, resource in places:
        given = rest.take(flavor, resource, wanted)
        grants[flavor.name, resource] = grants.get((flavor.name, resource), 0) + given
        wanted -= given


def _borrowed(
    cluster: Cluster, team: str, flavors: tuple[Flavor, ...], granted: Mapping[tuple[str, str], Grants]
) -> Grants | None:
    """How much a queue may borrow in each flavor, where there is something to borrow; None for any amount."""
    queue = cluster.queues[team]
    if queue.borrow == "any":
        return None
    limits = dict(queue.borrow) | {key: _beyond(most, queue.guaranteed.get(key)) for key, most in queue.maximum.items()}
    near = relatives(cluster, queue.cohort)
    others: Grants = {}
    for (sort, name), grants in granted.items():
        cohort = cluster.queues[name].cohort if sort == "queue" else name
        if cohort in near and (sort, name) != ("queue", team):
            for slot, amount in grants.items():
                others[slot] = others.get(slot, 0) + amount
    borrowed: Grants = {}
    for key, amount in limits.items():
        for wanted, places in demands(cluster, flavors, key, amount):
            left = wanted
            for flavor, resource in places:
                given = min(left, others.get((flavor.name, resource), 0))
                borrowed[flavor.name, resource] = given
                left -= given
    return borrowed


def _beyond(most: object, guaranteed: object) -> object:
    if isinstance(most, dict):
        there = guaranteed if isinstance(guaranteed, dict) else {}
        return {name: _beyond(text, there.get(name)) for name, text in most.items()}
    return f"{int((parse(str(most)) - parse(str(guaranteed or 0))) * 1000)}m"


def relatives(cluster: Cluster, cohort: str) -> set[str]:
    """All cohorts of the tree that a cohort stands in."""
    root = roots(cluster).get(cohort, cohort)
    return {name for name, other in roots(cluster).items() if other == root} | {cohort}


def roots(cluster: Cluster) -> dict[str, str]:
    """The outermost cohort around each; a circle, which is refused elsewhere, ends where it began."""
    found = {}
    names = {queue.cohort for queue in cluster.queues.values()} | set(cluster.cohorts)
    for name in names | {one.within for one in cluster.cohorts.values() if one.within}:
        path = [name]
        while (one := cluster.cohorts.get(path[-1])) and one.within and one.within not in path:
            path.append(one.within)
        found[name] = path[-1]
    return found


def _within(cluster: Cluster, flavors: Iterable[Flavor], amounts: object, own: Grants) -> Grants:
    """Amounts divided over what a queue has itself."""
    found: Grants = dict.fromkeys(own, 0)
    for key, amount in (amounts if isinstance(amounts, dict) else {}).items():
        for wanted, places in demands(cluster, flavors, key, amount):
            left = wanted
            for flavor, resource in places:
                given = min(left, own.get((flavor.name, resource), 0))
                found[flavor.name, resource] = given
                left -= given
    return found


def _cells(flavors: Iterable[Flavor], own: Grants, borrowed: Grants | None, lent: Grants | None) -> dict[Slot, Cell]:
    flavors = tuple(flavors)
    nominal = _complete(flavors, own)
    if borrowed is None:
        limits: Mapping[Slot, int | None] = {(one.name, name): None for one in flavors for name in one.room}
    else:
        counted = {one.name for one in flavors if one.counts_accelerators}
        both = {slot: own.get(slot, 0) + borrowed.get(slot, 0) for slot in own | borrowed if slot[0] in counted}
        most = _complete(flavors, both) | _complete(
            flavors, {slot: amount for slot, amount in borrowed.items() if slot[0] not in counted}
        )
        limits = {slot: amount - (nominal.get(slot, 0) if slot[0] in counted else 0) for slot, amount in most.items()}
    lend = None if lent is None else _complete(flavors, lent)
    slots = [slot for slot in nominal | dict(limits) if nominal.get(slot) or limits.get(slot, 0) != 0]
    return {
        slot: Cell(
            nominal=nominal.get(slot, 0),
            borrow=limits.get(slot, 0),
            lend=None if lend is None else min(lend.get(slot, 0), nominal.get(slot, 0)),
        )
        for slot in slots
    }


def _complete(flavors: Iterable[Flavor], grants: Grants) -> Grants:
    """What was said, with all else that the machines have in the same proportion, rounded down."""
    whole: Grants = {}
    for flavor in flavors:
        said = {resource: amount for (name, resource), amount in grants.items() if name == flavor.name}
        if not said:
            continue
        room, counted = flavor.room, flavor.counted
        base = (*counted,) if counted else (next((name for name in (CPU, MEMORY) if name in said), CPU),)
        part, all_of_it = sum(said.get(name, 0) for name in base), sum(room[name] for name in base)
        for resource, amount in room.items():
            rest = 0 if resource in counted else part * amount // all_of_it
            whole[flavor.name, resource] = said.get(resource, rest)
    return whole
