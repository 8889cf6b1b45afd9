"""Nodes of every pool, before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.placement.money import HOURS_A_MONTH
from bayplan.report.money import span, usd_per_month
from bayplan.report.review.line import Item, Line, Rank, Section, name, own, strong

if TYPE_CHECKING:
    from bayplan.review.plan import Nodes
    from bayplan.review.review import Review

COLUMNS = ("pool", "machine", "nodes before", "after", "most", "USD before", "after")
HOURS = ("GPU-hours before", "after")


def section(review: Review) -> Section:
    """A row a pool that has nodes; what stays as it is, too, since its room is what others have to fit into."""
    several = len(review.placements) > 1
    pools = [
        (pool, one.cluster if several else "") for one in review.placements for pool in one.nodes if is_there(pool)
    ]
    has_hours = any(pool.accelerators for pool, _ in pools)
    columns = (*COLUMNS, *(HOURS if has_hours else ()))
    return Section(
        key="pools",
        title="Pools: nodes, USD and GPU-hours a month",
        items=tuple(item(pool, cluster, has_hours=has_hours) for pool, cluster in pools),
        columns=columns,
        right=frozenset(range(2, len(columns))),
    )


def is_there(pool: Nodes) -> bool:
    """Whether it has nodes, or had."""
    return any((pool.max_before, pool.max_after))


def item(one: Nodes, cluster: str, *, has_hours: bool) -> Item:
    """Nodes, money and hours of accelerators."""
    before, after = (one.min_before, one.max_before), (one.min_after, one.max_after)
    shown = strong if before != after else own
    cells = (
        (*name(one.pool), *((*own(" on "), *name(cluster)) if cluster else ())),
        machine(one),
        own(nodes(before)),
        shown(nodes(after)),
        own(f"{one.limit_after:,}" if one.limit_after else ""),
        own(money(before, one.e4_usd_per_hour_before)),
        own(money(after, one.e4_usd_per_hour_after)),
        *((own(hours(one, before)), own(hours(one, after))) if has_hours else ()),
    )
    return Item(rank=Rank.PLAN, cells=cells)


def machine(one: Nodes) -> Line:
    """`g6.xlarge with 1 l4`."""
    if not one.accelerators:
        return name(one.instance)
    return (*name(one.instance), *own(f" with {one.accelerators:,} "), *(name(one.accelerator_model) or own("GPU")))


def nodes(ends: tuple[int, int]) -> str:
    """`3 … 5`."""
    return span(*(f"{end:,}" for end in ends))


def money(ends: tuple[int, int], e4_usd_per_hour: int) -> str:
    """`883 … 1,200`."""
    return span(*(usd_per_month(end * e4_usd_per_hour) for end in ends))


def hours(one: Nodes, ends: tuple[int, int]) -> str:
    """Hours of accelerators that are paid for in a month."""
    if not one.accelerators:
        return ""
    return span(*(f"{end * one.accelerators * HOURS_A_MONTH:,}" for end in ends))
