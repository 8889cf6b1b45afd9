"""Berths of a committed plan: who sits stays seated as far as it still fits; the others are placed anew."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from bayplan.placement.berths.berth import Berth, Shape, add, empty
from bayplan.placement.berths.crowding import crowd_again
from bayplan.placement.terms import ACCELERATORS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bayplan.placement.berths.cargo import Cargo
    from bayplan.placement.plan import Plan


def keep(cargo: Cargo, committed: Plan) -> tuple[list[Berth], list[int]]:
    """The berths that the plan made, and the items that have to find a new place."""
    homes = committed.homes
    even = {seat.workload for seat in committed.seats if seat.even}
    guests: dict[str, list[int]] = defaultdict(list)
    for item, demand in enumerate(cargo.demands):
        names = homes.get(demand.workload, ())
        if len(names) == 1:
            guests[names[0]].append(item)
    berths = []
    for kind, pools in enumerate(cargo.kinds):
        for pool in pools:
            nodes = committed.nodes.get((pool.name, "max"), 0)
            if guests[pool.name] and 0 < nodes <= pool.nodes_max:
                berth = _keep(cargo, kind, nodes, guests[pool.name], even)
                berths += [berth] if berth.items else []
    seated = {item for berth in berths for item in berth.items}
    return berths, [item for item in range(len(cargo.demands)) if item not in seated]


def _keep(cargo: Cargo, kind: int, nodes: int, items: Sequence[int], even: set[str]) -> Berth:
    """As many of the items as still fit, the dearest first."""
    items = sorted((item for item in items if cargo.fits[item, kind]), key=lambda item: (-int(cargo.worth[item]), item))
    berth = _keep_slots(cargo, Shape(kind, nodes), items, even)
    left, held = berth.left, []
    for item in items:
        takes = -(-int(cargo.pods[item]) // nodes) * cargo.needs[item]
        if not (berth.count and cargo.counts[item]) and not (takes > left).any():
            left = left - takes
            held.append(item)
    berth = add(cargo, berth, held, left) if held else berth
    if cargo.claimed and len(berth.items) < len(items):
        return crowd_again(cargo, Shape(kind, nodes), items)
    return berth


def _keep_slots(cargo: Cargo, shape: Shape, items: Sequence[int], even: set[str]) -> Berth:
    """Those in slots were there before the others: pods with as many accelerators, not held evenly."""
    counted = [item for item in items if cargo.counts[item]]
    counts = {int(cargo.counts[item]) for item in counted if cargo.demands[item].workload not in even}
    nothing = empty(shape, cargo.room[shape.kind])
    if shape.nodes == 1 or len(counts) != 1 or any(cargo.demands[item].workload in even for item in counted):
        return nothing
    (count,) = counts
    slots = int(cargo.room[shape.kind, ACCELERATORS]) // count
    free, largest, slotted = shape.nodes * slots, nothing.largest, []
    for item in counted:
        grown = np.maximum(largest, cargo.needs[item])
        if cargo.pods[item] <= free and not (grown * slots > nothing.left).any():
            largest, free = grown, free - int(cargo.pods[item])
            slotted.append(item)
    if not slotted:
        return nothing
    return replace(
        nothing,
        count=count,
        items=tuple(slotted),
        slotted=len(slotted),
        free=free,
        largest=largest,
        left=nothing.left - largest * slots,
        worth=int(cargo.worth[slotted].sum()),
    )


def stays(cargo: Cargo, berths: Sequence[Berth], committed: Plan) -> dict[int, str]:
    """The pool of each berth that most of its pods are in already; no pool twice."""
    staying: dict[tuple[int, str], int] = defaultdict(int)
    names = [{pool.name for pool in pools} for pools in cargo.kinds]
    for number, one in enumerate(berths):
        for item in one.items:
            for name in committed.pools_of(cargo.demands[item].workload):
                if name in names[one.kind]:
                    staying[number, name] += int(cargo.pods[item])
    given: dict[int, str] = {}
    taken: set[str] = set()
    for (number, name), _ in sorted(staying.items(), key=lambda entry: (-entry[1], entry[0])):
        if number not in given and name not in taken:
            given[number] = name
            taken.add(name)
    return given


def moved(cargo: Cargo, berths: Sequence[Berth], committed: Plan) -> int:
    """Pods that leave the pool where the plan has them."""
    given = stays(cargo, berths, committed)
    count = 0
    for number, one in enumerate(berths):
        for item in one.items:
            homes = committed.pools_of(cargo.demands[item].workload)
            if homes and given.get(number) not in homes:
                count += int(cargo.pods[item])
    return count
