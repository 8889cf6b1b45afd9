"""Kueue: what a queue may have at the most, with what it borrows from the queues of its cohorts.

Source: <https://kueue.sigs.k8s.io/docs/concepts/cohort/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bayplan.validation.fields import text_at
from bayplan.validation.once import once
from bayplan.validation.queues import CLUSTER_QUEUE, GROUP, cohort_of, found, quotas_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

COHORT = f"Cohort.{GROUP}"


class Most(NamedTuple):
    """The most of a resource that a queue may have of one flavor, in thousandths."""

    amount: int
    """As far as the queues of this tree lend it."""
    limit: int | None
    """Whoever lends; None for any amount."""


class _Cell(NamedTuple):
    flavor: str
    resource: str
    nominal: int
    borrow: int | None
    lend: int


def most_of(queue: Manifest, world: World) -> dict[str, Most]:
    """Of every resource, the most that one flavor could ever give to a queue."""
    cohort = cohort_of(queue)
    root = root_of(cohort, world) if cohort else ""
    lent = shared(world).get(root, {}) if root else {}
    most: dict[str, Most] = {}
    for one in _cells(queue):
        there = Most(one.nominal, one.nominal)
        if cohort:
            others = max(0, lent.get((one.flavor, one.resource), 0) - one.lend)
            limit = None if one.borrow is None else one.nominal + one.borrow
            amount = one.nominal + others
            there = Most(amount if limit is None else min(amount, limit), limit)
        most[one.resource] = larger(most.get(one.resource, there), there)
    return most


def larger(one: Most, other: Most) -> Most:
    """What the better of two flavors may give."""
    limits = None if one.limit is None or other.limit is None else max(one.limit, other.limit)
    return Most(max(one.amount, other.amount), limits)


@once
def shared(world: World) -> dict[str, dict[tuple[str, str], int]]:
    """By the outermost cohort, what its queues lend and its cohorts have, of each resource in each flavor."""
    found: dict[str, dict[tuple[str, str], int]] = {}
    for owner in (*world.by_kind.get(CLUSTER_QUEUE, ()), *world.by_kind.get(COHORT, ())):
        cohort = owner.ref.name if owner.ref.kind == "Cohort" else cohort_of(owner)
        tree = found.setdefault(root_of(cohort, world), {}) if cohort else {}
        for one in _cells(owner):
            slot = (one.flavor, one.resource)
            tree[slot] = tree.get(slot, 0) + one.lend
    return found


def root_of(cohort: str, world: World) -> str:
    """The outermost cohort around one; where they stand within each other, the one at which that is seen."""
    path = [cohort]
    while (above := found(world, COHORT, "", path[-1])) and (name := text_at(above.body, "spec", "parentName")):
        if name in path:
            break
        path.append(name)
    return path[-1]


def _cells(owner: Manifest) -> Iterator[_Cell]:
    for one in quotas_in(owner):
        said = one.amounts
        nominal = said.get("nominalQuota", 0)
        lend = min(nominal, said.get("lendingLimit", nominal))
        yield _Cell(one.flavor, one.resource, nominal, said.get("borrowingLimit"), lend)
