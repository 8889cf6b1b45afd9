"""How time grows with size: the exponent of a power law through four sizes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from bench.placement.engines import pack, realise
from bench.placement.rows.case import Case, each

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bench.placement.record import Figure
    from bench.placement.rows.case import Measurement

TITLE = "Cost of growth, 20 types"
AIM = "exponent at most 1.3; of CPU seconds, so that what else runs does not count"
SIZES = (500, 1000, 2000, 4000)
WHAT = ("packed", "realised")
TOLD = (*(f"{size}, CPU s" for size in SIZES), "exponent")
HEADINGS = ("instance", *(f"{what} {told}" for what in WHAT for told in TOLD))
KEYS = tuple(f"{what}_{told}" for what in WHAT for told in (*(f"{size}_cpu_s" for size in SIZES), "exponent"))


def measurements(seed: int, *, quick: bool) -> list[Measurement]:
    """Both mixes; a case is named after the largest of its sizes."""
    return each(measure, [(max(_sizes(quick=quick)), 20)], seed)


def measure(case: Case) -> dict[str, Figure]:
    """Work of packing and of realising at each size."""
    figures: dict[str, Figure] = {}
    sizes = _sizes(quick=case.workloads < max(SIZES))
    for size in sizes:
        instance = Case(mix=case.mix, workloads=size, types=case.types, seed=case.seed).instance()
        figures |= pack(instance).spent.figures(f"packed_{size}")
        figures |= realise(instance, "LeastAllocated").spent.figures(f"realised_{size}")
    for name in WHAT:
        figures[f"{name}_exponent"] = exponent(sizes, [float(figures[f"{name}_{size}_cpu_s"] or 0) for size in sizes])
    return figures


def cells(figures: Mapping[str, Figure]) -> tuple[str, ...]:
    """Seconds and exponents."""
    return tuple(_number(figures.get(key)) for key in KEYS)


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
