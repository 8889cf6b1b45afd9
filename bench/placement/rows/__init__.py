"""The rows of the benchmark, one file each: what is measured, against whom, and how it is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from bench.placement.rows import change, gpu_sharing, growth, karpenter_kept, packed, realised, verification

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bench.placement.record import Figure
    from bench.placement.rows.case import Measurement


class Row(Protocol):
    """What a file in this folder offers."""

    TITLE: str
    AIM: str

    @property
    def HEADINGS(self) -> Sequence[str]:  # noqa: N802 - a constant of the module
        """Of the table; the first is over the names."""

    def measurements(self, seed: int, /, *, quick: bool) -> Sequence[Measurement]:
        """What fills its lines."""

    def cells(self, figures: Mapping[str, Figure]) -> Sequence[str]:
        """What stands behind the name of a line."""


ROWS: dict[str, Row] = {
    "packed": packed,
    "karpenter": karpenter_kept,
    "realised": realised,
    "openb": gpu_sharing,
    "change": change,
    "verify": verification,
    "growth": growth,
}
