"""The three figures and the gap, as cards, and as bars against each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.report.html.markup import Markup, join, tag
from bayplan.report.money import percent, span, usd_per_hour, usd_per_month

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bayplan.report.account import Figures

LOADS = {"min": "minimum", "max": "maximum"}
WIDTH, TALL = 1000, 14
"""Measures of a bar, in its own units."""


def cards(figures: Sequence[Figures]) -> Markup:
    """Realised first: that is what is paid."""
    low, high = figures
    realised = span(usd_per_hour(low.realised_e4_usd_per_hour), usd_per_hour(high.realised_e4_usd_per_hour))
    monthly = span(usd_per_month(low.realised_e4_usd_per_hour), usd_per_month(high.realised_e4_usd_per_hour))
    both = low.packed_e4_usd_per_hour is not None and high.packed_e4_usd_per_hour is not None
    packed = span(_known(low.packed_e4_usd_per_hour), _known(high.packed_e4_usd_per_hour)) if both else "unknown"
    bound = span(usd_per_hour(low.bound_e4_usd_per_hour), usd_per_hour(high.bound_e4_usd_per_hour))
    gap = span(percent(low.gap_permyriad), percent(high.gap_permyriad))
    return join(
        tag(
            "dl",
            _card("Realised", realised, "USD/h", f"{monthly} USD a month: every pod sits, in any order", "main"),
            _card("Packed", packed, "USD/h" if both else "", "the same pods in a perfect packing"),
            _card("Bound", bound, "USD/h", "no placement costs less"),
            _card("Gap", gap, "", "realised above the bound"),
            class_="cards",
        ),
        _bars(figures),
    )


def _card(name: str, figure: str, unit: str, note: str, kind: str = "") -> Markup:
    return tag(
        "div",
        tag("dt", name),
        tag("dd", tag("b", figure), f" {unit}" if unit else None, tag("small", note)),
        class_=f"card {kind}".rstrip(),
    )


def _known(e4_usd: int | None) -> str:
    return "unknown" if e4_usd is None else usd_per_hour(e4_usd)


def _bars(figures: Sequence[Figures]) -> Markup:
    """A bar for each end of the load: up to the bound what must be paid, above it what is paid for being true."""
    most = max([figure.realised_e4_usd_per_hour for figure in figures] + [1])
    rows = [part for one in figures for part in (tag("span", LOADS[one.level], class_="end"), _bar(one, most))]
    keys = (("sure", "up to the bound"), ("gap", "above it"), ("packed", "packed"))
    caption = [part for of, name in keys for part in (tag("span", class_=f"key {of}"), name)]
    return tag("figure", tag("div", *rows, class_="bars"), tag("figcaption", "USD/h: ", *caption, aria_hidden="true"))


def _bar(one: Figures, most: int) -> Markup:
    whole, sure = (WIDTH * cost / most for cost in (one.realised_e4_usd_per_hour, one.bound_e4_usd_per_hour))
    packed = None
    if one.packed_e4_usd_per_hour is not None:
        at = min(WIDTH - 1, WIDTH * one.packed_e4_usd_per_hour / most)
        packed = tag("path", d=f"M{at:.1f} 0v{TALL}", class_="packed")
    said = (
        f"{usd_per_hour(one.realised_e4_usd_per_hour)} USD/h realised, {_known(one.packed_e4_usd_per_hour)} packed,"
        f" bound {usd_per_hour(one.bound_e4_usd_per_hour)}"
    )
    return tag(
        "svg",
        tag("title", f"Cost at {LOADS[one.level]} load"),
        tag("desc", said),
        tag("rect", width=whole, height=TALL, class_="gap"),
        tag("rect", width=min(sure, whole), height=TALL, class_="sure"),
        packed,
        viewBox=f"0 0 {WIDTH} {TALL}",
        preserveAspectRatio="none",
        role="img",
    )
