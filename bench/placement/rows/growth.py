"""How time grows with size: the exponent of a power law through four sizes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from bench.placement.engines import pack, realise
from bench.placement.rows.case import Case, cases

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bench.placement.record import Figure

TITLE = "Cost of growth, 20 types"
AIM = "exponent of time at most 1.3"
SIZES = (500, 1000, 2000, 4000)
WHAT = ("packed", "realised")
HEADINGS = (
    "instance",
    *(f"{what} {told}" for what in WHAT for told in (*(f"{size}, s" for size in SIZES), "exponent")),
)


def plan_cases(seed: int, *, quick: bool) -> list[Case]:
    """Both mixes; a case is named after the largest of its sizes."""
    return cases([(max(_sizes(quick=quick)), 20)], seed)


def measure(case: Case) -> dict[str, Figure]:
    """Seconds of packing and of realising at each size."""
    figures: dict[str, Figure] = {}
    sizes = _sizes(quick=case.workloads < max(SIZES))
    for size in sizes:
        instance = Case(mix=case.mix, workloads=size, types=case.types, seed=case.seed).instance()
        figures[f"packed_{size}_s"] = pack(instance).seconds
        figures[f"realised_{size}_s"] = realise(instance, "LeastAllocated").seconds
    for name in WHAT:
        figures[f"{name}_exponent"] = exponent(sizes, [float(figures[f"{name}_{size}_s"] or 0) for size in sizes])
    return figures


def cells(figures: Mapping[str, Figure]) -> tuple[str, ...]:
    """Seconds and exponents."""
    return tuple(
        _number(figures.get(f"{name}_{key}")) for name in WHAT for key in (*(f"{size}_s" for size in SIZES), "exponent")
    )


def exponent(sizes: Sequence[int], seconds: Sequence[float]) -> float:
    """Slope of the straight line through the logarithms, by least squares."""
    across, up = [math.log(size) for size in sizes], [math.log(time) for time in seconds]
    middle, height = sum(across) / len(across), sum(up) / len(up)
    rise = sum((x - middle) * (y - height) for x, y in zip(across, up, strict=True))
    return rise / sum((x - middle) ** 2 for x in across)


def _sizes(*, quick: bool) -> tuple[int, ...]:
    return SIZES[:2] if quick else SIZES


def _number(figure: Figure) -> str:
    return f"{figure:.2f}" if isinstance(figure, float) else "-"
