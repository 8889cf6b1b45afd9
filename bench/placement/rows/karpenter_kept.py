"""What a user saves who keeps Karpenter: the same pods, each bound to the pools that our plan gives it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.placement import first_fit, karpenter
from bench.placement.engines import pack, realise
from bench.placement.packing import cost, nodes
from bench.placement.rows import packed
from bench.placement.rows.case import above, each, seconds, usd
from bench.placement.rows.referee import judged

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bench.placement.record import Figure
    from bench.placement.rows.case import Case, Measurement

TITLE = "Karpenter kept, restricted to our plan"
AIM = "at most 1.5 % above the bound from 1,000 workloads on, 3 % at 200; nine tenths of what can be saved"
HEADINGS = (
    "instance", "bound USD/h", "planned", "s (CPU s)", "Karpenter by our plan", "s (CPU s)", "Karpenter unaided",
    "s (CPU s)", "of what can be saved", "FFD, a type per class",
)  # fmt: skip
SIZES = ((200, 10), (200, 20), (200, 40), (1000, 20), (5000, 20))


def measurements(seed: int, *, quick: bool) -> list[Measurement]:
    """All sizes in both mixes."""
    return each(measure, SIZES[:2] if quick else SIZES, seed)


def measure(case: Case) -> dict[str, Figure]:
    """Karpenter with a plan, and without one as it is cheaper: with one pool, or with a CPU and a GPU pool."""
    instance = case.instance()
    plan, e4_bound = realise(instance, "Karpenter"), pack(instance).e4_bound
    figures: dict[str, Figure] = {
        "e4_bound": e4_bound,
        "e4_planned": plan.e4_usd_per_hour,
        "e4_fixed": judged(instance, first_fit.fixed_type(instance), e4_bound),
        **plan.spent.figures("planned"),
    }
    aided = karpenter.restricted(instance, plan.seats, limit_s=packed.KARPENTER_S)
    consolidate_s = packed.CONSOLIDATION_S if case.workloads <= packed.CONSOLIDATED_UP_TO else 0
    alone = karpenter.unaided(instance, "mixed", limit_s=packed.KARPENTER_S, consolidate_s=consolidate_s)
    if case.workloads <= packed.SEPARATE_UP_TO:
        apart = karpenter.unaided(instance, "separate", limit_s=packed.KARPENTER_S)
        alone = min(alone, apart, key=lambda one: (one.unplaced, cost(instance, one.nodes)))
    for name, launched in (("aided", aided), ("alone", alone)):
        figures |= launched.spent.figures(name)
        figures[f"{name}_unplaced"] = launched.unplaced
        if not launched.unplaced:
            figures[f"e4_{name}"] = judged(instance, launched.nodes, e4_bound)
            figures[f"{name}_nodes"] = nodes(launched.nodes)
    return figures


def cells(figures: Mapping[str, Figure]) -> tuple[str, ...]:
    """Distances from the bound, and the share of the saving."""
    return (
        usd(figures, "e4_bound"),
        above(figures, "e4_planned"),
        seconds(figures, "planned"),
        _cost(figures, "aided"),
        seconds(figures, "aided"),
        _cost(figures, "alone"),
        seconds(figures, "alone"),
        _share(figures),
        above(figures, "e4_fixed"),
    )


def _cost(figures: Mapping[str, Figure], name: str) -> str:
    unplaced = figures.get(f"{name}_unplaced")
    return f"cut off, {unplaced} pods left" if unplaced else above(figures, f"e4_{name}")


def _share(figures: Mapping[str, Figure]) -> str:
    bound, aided, alone = (figures.get(name) for name in ("e4_bound", "e4_aided", "e4_alone"))
    if not isinstance(bound, int) or not isinstance(aided, int) or not isinstance(alone, int) or alone <= bound:
        return "-"
    return f"{(alone - aided) / (alone - bound) * 100:.0f} %"
