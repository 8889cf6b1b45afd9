"""Packed cost: nodes that could hold all pods, whoever would seat them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from bench.placement import first_fit, karpenter
from bench.placement.engines import pack
from bench.placement.packing import cost, nodes
from bench.placement.rows.case import Case, above, cases, seconds, usd
from bench.placement.rows.referee import judged

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bench.placement.record import Figure

TITLE = "Packed"
AIM = "at most 0.5 % above the bound in 60 s"
HEADINGS = (
    "instance", "bound USD/h", "packed", "s", "FFD, a type per class", "FFD, mixed", "s", "Karpenter", "s",
    "after its consolidation",
)  # fmt: skip
SIZES = ((200, 10), (200, 20), (200, 40), (1000, 10), (1000, 20), (1000, 40), (5000, 10), (5000, 20), (5000, 40))
KARPENTER_S = 240
"""Karpenter's time on one instance; what it has not placed by then is told."""
CONSOLIDATED_UP_TO = 200
"""Workloads; above, its consolidation takes minutes."""
CONSOLIDATION_S = 30


def plan_cases(seed: int, *, quick: bool) -> list[Case]:
    """All sizes in both mixes."""
    return cases(SIZES[:2] if quick else SIZES, seed)


def measure(case: Case) -> dict[str, Figure]:
    """The bound and the witness, first-fit-decreasing twice, the real Karpenter."""
    instance = case.instance()
    ours = pack(instance)
    figures: dict[str, Figure] = {
        "e4_bound": ours.e4_bound,
        "e4_packed": judged(instance, ours.nodes),
        "packed_s": ours.seconds,
    }
    began = time.perf_counter()
    figures["e4_fixed"] = judged(instance, first_fit.fixed_type(instance))
    figures["e4_mixed"] = judged(instance, first_fit.mixed(instance))
    figures["ffd_s"] = time.perf_counter() - began
    consolidate_s = CONSOLIDATION_S if case.workloads <= CONSOLIDATED_UP_TO else 0
    theirs = karpenter.unaided(instance, "mixed", limit_s=KARPENTER_S, consolidate_s=consolidate_s)
    figures |= {"karpenter_s": theirs.seconds, "unplaced": theirs.unplaced, "karpenter_nodes": nodes(theirs.nodes)}
    if not theirs.unplaced:
        figures["e4_karpenter"] = judged(instance, theirs.nodes)
    if theirs.consolidated is not None:
        figures["e4_consolidated"] = judged(instance, theirs.consolidated)
    figures["e4_karpenter_so_far"] = cost(instance, theirs.nodes)
    return figures


def cells(figures: Mapping[str, Figure]) -> tuple[str, ...]:
    """Distances from the bound."""
    cut = f"cut off, {figures.get('unplaced')} pods left"
    return (
        usd(figures, "e4_bound"),
        above(figures, "e4_packed"),
        seconds(figures, "packed_s"),
        above(figures, "e4_fixed"),
        above(figures, "e4_mixed"),
        seconds(figures, "ffd_s"),
        cut if figures.get("unplaced") else above(figures, "e4_karpenter"),
        seconds(figures, "karpenter_s"),
        above(figures, "e4_consolidated"),
    )
