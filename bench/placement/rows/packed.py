"""Packed cost: nodes that could hold all pods, whoever would seat them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.placement import first_fit, karpenter
from bench.placement.engines import pack
from bench.placement.packing import nodes
from bench.placement.rows.case import above, each, seconds, usd
from bench.placement.rows.referee import judged
from bench.placement.stopwatch import Stopwatch

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bench.placement.record import Figure
    from bench.placement.rows.case import Case, Measurement

TITLE = "Packed"
AIM = "at most 0.5 % above the bound in 60 s"
HEADINGS = (
    "instance", "bound USD/h", "packed", "s (CPU s)", "FFD, a type per class", "s (CPU s)", "FFD, mixed", "s (CPU s)",
    "Karpenter, one pool", "s (CPU s)", "after its consolidation", "Karpenter, CPU and GPU pools", "s (CPU s)",
)  # fmt: skip
SIZES = ((200, 10), (200, 20), (200, 40), (1000, 10), (1000, 20), (1000, 40), (5000, 10), (5000, 20), (5000, 40))
KARPENTER_S = 300
"""Karpenter's time on one instance; what it has not placed by then is told."""
CONSOLIDATED_UP_TO = 200
"""Workloads; above, its consolidation takes minutes."""
CONSOLIDATION_S = 30
SEPARATE_UP_TO = 1000
"""Workloads; above, one NodePool alone takes minutes."""


def measurements(seed: int, *, quick: bool) -> list[Measurement]:
    """All sizes in both mixes."""
    return each(measure, SIZES[:2] if quick else SIZES, seed)


def measure(case: Case) -> dict[str, Figure]:
    """The bound and the witness, first-fit-decreasing twice, the real Karpenter."""
    instance = case.instance()
    ours = pack(instance)
    figures: dict[str, Figure] = {
        "e4_bound": ours.e4_bound,
        "e4_packed": judged(instance, ours.nodes, ours.e4_bound),
        **ours.spent.figures("packed"),
    }
    for name, first_fit_of in (("fixed", first_fit.fixed_type), ("mixed", first_fit.mixed)):
        watch = Stopwatch()
        theirs = first_fit_of(instance)
        figures |= watch.stop().figures(name)
        figures[f"e4_{name}"] = judged(instance, theirs, ours.e4_bound)
    return figures | _karpenter(case, ours.e4_bound)


def _karpenter(case: Case, e4_bound: int) -> dict[str, Figure]:
    """One NodePool of all types; for what is not too large also a CPU pool and a GPU pool, and consolidation."""
    instance = case.instance()
    consolidate_s = CONSOLIDATION_S if case.workloads <= CONSOLIDATED_UP_TO else 0
    theirs = karpenter.unaided(instance, "mixed", limit_s=KARPENTER_S, consolidate_s=consolidate_s)
    figures: dict[str, Figure] = {"unplaced": theirs.unplaced, "karpenter_nodes": nodes(theirs.nodes)}
    figures |= theirs.spent.figures("karpenter")
    if not theirs.unplaced:
        figures["e4_karpenter"] = judged(instance, theirs.nodes, e4_bound)
    if theirs.consolidated is not None:
        figures["e4_consolidated"] = judged(instance, theirs.consolidated, e4_bound)
    if case.workloads <= SEPARATE_UP_TO:
        apart = karpenter.unaided(instance, "separate", limit_s=KARPENTER_S)
        figures |= apart.spent.figures("separate")
        if not apart.unplaced:
            figures["e4_separate"] = judged(instance, apart.nodes, e4_bound, apart=True)
    return figures


def cells(figures: Mapping[str, Figure]) -> tuple[str, ...]:
    """Distances from the bound."""
    cut = f"cut off, {figures.get('unplaced')} pods left"
    return (
        usd(figures, "e4_bound"),
        above(figures, "e4_packed"),
        seconds(figures, "packed"),
        above(figures, "e4_fixed"),
        seconds(figures, "fixed"),
        above(figures, "e4_mixed"),
        seconds(figures, "mixed"),
        cut if figures.get("unplaced") else above(figures, "e4_karpenter"),
        seconds(figures, "karpenter"),
        above(figures, "e4_consolidated"),
        above(figures, "e4_separate"),
        seconds(figures, "separate"),
    )
