"""From the words of queues to quotas: how much of each kind of node belongs to whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bayplan.spec.amount import parse
from bayplan.spec.queueing.division import Slot, demands, divide, usable
from bayplan.spec.queueing.flavor import CPU, MEMORY, flavors_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bayplan.spec.cluster import Cluster, Cohort, Queue
    from bayplan.spec.queueing.division import Grants, Owner
    from bayplan.spec.queueing.flavor import Flavor


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


def share_out(cluster: Cluster) -> dict[str, Share]:
    """The share of every queue by its team, in the order of names."""
    granted = divide(cluster).granted
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
    granted = divide(cluster).granted
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


def covered_by(share: Share, asked: Iterable[str]) -> tuple[str, ...]:
    """The resources that a queue counts, sorted: CPU, memory, its accelerators, and what its jobs ask for besides."""
    accelerators = {name for flavor in share.flavors for name in flavor.counted}
    return tuple(sorted({CPU, MEMORY} | accelerators | set(asked)))


def _borrowed(
    cluster: Cluster, team: str, flavors: tuple[Flavor, ...], granted: Mapping[Owner, Grants]
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
