"""What becomes of the plan: pools, nodes, money."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.placement.words import count, listing
from bayplan.report.money import span, usd_per_month
from bayplan.report.review.line import Item, Line, Rank, Section, name, own, said, strong

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.review.plan import Move, Placement
    from bayplan.review.review import Review

NAMED_WORKLOADS = 4


def section(review: Review) -> Section:
    """For each cluster: what it costs, who runs elsewhere, and why; pools are in a table of their own."""
    items = tuple(item for one in review.placements for item in items_of(one))
    return Section(key="plan", title="Plan and cost", items=items, count=0)


def items_of(one: Placement) -> Iterator[Item]:
    """All lines of one cluster."""
    for line in lines(one):
        yield Item(rank=Rank.PLAN, cells=(line,), group=(*own("Cluster "), *name(one.cluster)))


def lines(one: Placement) -> Iterator[Line]:
    """What is worst first."""
    if one.stale:
        yield (*strong("The committed plan is out of date: "), *said(one.stale))
    yield from ((*strong("Waits for room: "), *said(waiting)) for waiting in one.waiting)
    if any((one.cost_min_before, one.cost_max_before, one.cost_min_after, one.cost_max_after)):
        yield cost(one)
    yield from ((*own("Because "), *said(asked)) for asked in one.asked)
    yield from ((*own("The earlier plan could not stay: "), *said(broken)) for broken in one.broken)
    yield from (move(moved) for moved in one.moves)


def cost(one: Placement) -> Line:
    """`883 … 1,200 USD a month instead of 763 … 900`."""
    before = span(usd_per_month(one.cost_min_before), usd_per_month(one.cost_max_before))
    after = span(usd_per_month(one.cost_min_after), usd_per_month(one.cost_max_after))
    if (one.cost_min_before, one.cost_max_before) == (one.cost_min_after, one.cost_max_after):
        return own(f"Costs {after} USD a month, as before")
    return (*own("Costs "), *strong(f"{after} USD a month"), *own(f" instead of {before}"))


def move(one: Move) -> Line:
    """Who runs elsewhere, and why."""
    names = [*one.workloads[:NAMED_WORKLOADS]]
    more = len(one.workloads) - len(names)
    who = listing([*names, f"{more:,} more"] if more > 0 else names) if names else "nobody"
    pods = (
        span(str(one.pods_min), count(one.pods_max, "pod"))
        if one.pods_min != one.pods_max
        else count(one.pods_max, "pod")
    )
    head = (*said(who), *own(f" ({pods}) "))
    if not one.origin:
        return (*head, *(own("is new in ") if one.to else own("is new")), *places(one.to))
    if not one.to:
        return (*head, *own("is gone from "), *places(one.origin))
    why = (*own(": "), *said(one.why)) if one.why else ()
    return (*head, *own("runs on "), *places(one.to), *own(" instead of "), *places(one.origin), *why)


def places(pools: tuple[str, ...]) -> Line:
    """Pools by name."""
    return said(listing(list(pools))) if pools else ()
