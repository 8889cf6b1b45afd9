"""Pods near each other: on which nodes Kueue puts a job where it knows how they are connected.

It knows zones and machines of the pools whose nodes are always there. A gang stands in one zone, the one that is left
with least; the other pods stand anywhere, on the fullest nodes first. What lies between zone and machine (racks,
blocks) is known to the cluster alone: gangs that only would like to be near are told apart by zones. Nodes are dealt
out over the zones of their pool, and hold nothing but these jobs. Read in Kueue 0.19.2,
pkg/cache/scheduler/tas_flavor_snapshot.go.

Source: <https://kueue.sigs.k8s.io/docs/concepts/topology_aware_scheduling/>
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from bayplan.placement.admission.running import without
from bayplan.spec.queueing.assign import Mode

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bayplan.placement.admission.running import Running
    from bayplan.spec.queueing.assign import Assignment
    from bayplan.spec.queueing.flavor import Flavor
    from bayplan.spec.queueing.job import Job, PodSet

PODS = "pods"


@dataclass(slots=True, eq=False)
class Spot:
    """One node."""

    zone: str
    name: str
    room: Mapping[str, int]
    used: dict[str, int] = field(default_factory=dict)

    def count(self, each: Mapping[str, int], taken: Mapping[str, int], *, empty: bool) -> int:
        """How many more such pods it holds."""
        used = {} if empty else self.used
        left = {name: self.room.get(name, 0) - used.get(name, 0) - taken.get(name, 0) for name in each}
        return max(0, min(left[name] // amount for name, amount in each.items()))


Taken = tuple[tuple[dict[str, int], dict[str, int]], ...]
"""What nodes have given away, each with what a job takes of it."""


def spots_of(flavors: Iterable[Flavor]) -> dict[str, tuple[Spot, ...]]:
    """The nodes of every kind whose topology is known, by the flavor's name."""
    found = {}
    for one in flavors:
        if one.levels:
            zones, room = sorted(one.machine.zones), {**one.room, PODS: one.machine.pods}
            names = [(zones[number % len(zones)], f"{one.name}-{number:04}") for number in range(one.nodes_max)]
            found[one.name] = tuple(Spot(zone, name, room) for zone, name in names)
    return found


def seat(spots: Mapping[str, Sequence[Spot]], job: Job, flavors: Sequence[str], *, empty: bool = False) -> Taken | None:
    """Where the pods of a job go that have these flavors, or would if the nodes were `empty`; None where they do not
    fit, nothing for what is on nodes that nobody knows."""
    taken: dict[int, dict[str, int]] = {}
    given: list[tuple[dict[str, int], dict[str, int]]] = []
    for podset, flavor in zip(job.podsets, flavors, strict=False):
        if flavor not in spots or not podset.pods:
            continue
        each = {name: amount for name, amount in podset.each.items() if amount} | {PODS: 1}
        counts = [(one, one.count(each, taken.get(id(one), {}), empty=empty)) for one in spots[flavor]]
        chosen = _together(counts, podset) if podset.together else _anywhere(counts, podset.pods)
        if chosen is None:
            return None
        for spot, pods in chosen:
            amounts = {name: amount * pods for name, amount in each.items()}
            before = taken.get(id(spot), {})
            taken[id(spot)] = {name: before.get(name, 0) + amounts.get(name, 0) for name in before | amounts}
            given.append((spot.used, amounts))
    return tuple(given)


def seated(spots: Mapping[str, Sequence[Spot]], job: Job, found: Assignment) -> Assignment:
    """The same with what nodes have room for: others may have to be stopped where the quota would do."""
    if found.mode is Mode.NEVER_NOW or not any(name in spots for name in found.flavors):
        return found
    if found.mode is Mode.FREE and seat(spots, job, found.flavors) is not None:
        return found
    if seat(spots, job, found.flavors, empty=True) is None:
        return replace(found, mode=Mode.NEVER_NOW)
    placed = frozenset(slot for slot in found.usage if slot[0] in spots)
    return replace(found, mode=min(found.mode, Mode.STOP_OTHERS), short=found.short | placed)


def taken_by(spots: Mapping[str, Sequence[Spot]], job: Job, found: Assignment, targets: Sequence[Running]) -> Taken:
    """What a job takes of nodes when those have gone who are stopped for it; of empty ones where it waits."""
    if found.mode is Mode.NEVER_NOW:
        return ()
    with without(targets):
        waits = found.mode is not Mode.FREE and not targets
        return seat(spots, job, found.flavors, empty=waits) or ()


def holds(spots: Mapping[str, Sequence[Spot]], taken: Taken) -> bool:
    """Whether all nodes still have what a job is to take of them."""
    rooms = {id(one.used): one.room for several in spots.values() for one in several}
    sums: dict[int, dict[str, int]] = {}
    for used, amounts in taken:
        there = sums.setdefault(id(used), dict(used))
        for name, amount in amounts.items():
            there[name] = there.get(name, 0) + amount
            if there[name] > rooms[id(used)].get(name, 0):
                return False
    return True


_Place = tuple[str, ...]
"""A zone, or a zone and a node."""
Counts = list[tuple[Spot, int]]


def _anywhere(counts: Counts, pods: int) -> Counts | None:
    """On one node where one holds them all, the fullest that does; else on the fullest nodes, one after the other."""
    ranked = sorted(counts, key=lambda one: (one[1], one[0].zone, one[0].name))
    for spot, count in ranked:
        if count >= pods:
            return [(spot, pods)]
    return _fill(ranked, pods)


def _fill(ranked: Counts, pods: int) -> Counts | None:
    chosen = []
    for spot, count in ranked:
        if min(count, pods):
            chosen.append((spot, min(count, pods)))
        pods -= min(count, pods)
    return None if pods else chosen


def _together(counts: Counts, podset: PodSet) -> Counts | None:
    """In the zone that is left with least; over the largest zones where none holds them all, if that will do."""
    zones: dict[_Place, int] = {}
    for spot, count in counts:
        zones[spot.zone,] = zones.get((spot.zone,), 0) + count
    ranked = sorted(zones.items(), key=lambda one: (-one[1], one[0]))
    if podset.pods > ranked[0][1] and not podset.is_loose:
        return None
    chosen = _best(ranked, podset.pods)
    if chosen is None:
        return None
    within = {zone for (zone,), _ in chosen}
    hosts: dict[_Place, tuple[Spot, int]] = {
        (spot.zone, spot.name): (spot, count) for spot, count in counts if spot.zone in within
    }
    sizes = sorted(((name, count) for name, (_, count) in hosts.items()), key=lambda one: (-one[1], one[0]))
    seats = _best(sizes, podset.pods)
    return None if seats is None else [(hosts[name][0], pods) for name, pods in seats]


def _best(ranked: Sequence[tuple[_Place, int]], pods: int) -> list[tuple[_Place, int]] | None:
    """The largest first; the last is the smallest that holds the rest."""
    chosen: list[tuple[_Place, int]] = []
    for number, (name, count) in enumerate(ranked):
        if count >= pods:
            smallest = min(ranked[number:], key=lambda one: one[1] if one[1] >= pods else count + 1)
            return [*chosen, (smallest[0], pods)]
        chosen.append((name, count))
        pods -= count
    return None
