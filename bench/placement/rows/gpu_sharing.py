"""openb: Alibaba's pods on Alibaba's nodes, how much of the GPUs can be in use at once."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bench.placement import openb
from bench.placement.rows.referee import FoulError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bench.placement.record import Figure
    from bench.placement.rows.case import Measurement

TITLE = "openb, GPU milli allocated"
AIM = "96.4 % of the default list and 94.5 % of gpuspec33 in 60 s; bounds of its LP 96.58 and 94.72"
HEADINGS = ("list", "allocated", "bound", "s (CPU s)", "FGD, published", "pods", "without GPU", "breaches")
LISTS = ("default", "gpuspec33")


def measurements(_seed: int, *, quick: bool) -> list[Measurement]:
    """The two lists; in the quick run the first."""
    return [(name, partial(measure, name)) for name in (LISTS[:1] if quick else LISTS)]


def measure(name: str) -> dict[str, Figure]:
    """Planned and judged by openb_judge.py, which reads the raw lists itself."""
    told = openb.run(name)
    if told["breaches"]:
        raise FoulError(f"openb {name}: {told['breaches']}")
    return {key: " of ".join(map(str, value)) if isinstance(value, list) else value for key, value in told.items()}  # type: ignore[misc]


def cells(figures: Mapping[str, Figure]) -> tuple[str, ...]:
    """Shares in percent."""
    return (
        f"{figures['allocated_percent']} %",
        f"{figures['bound_percent']} %",
        f"{figures['seconds']} ({figures['cpu_seconds']})",
        f"{figures['fgd_percent']} %",
        str(figures["pods"]),
        str(figures["pods_without_gpu"]),
        str(figures["breaches"] or 0),
    )
