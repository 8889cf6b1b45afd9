"""The rows of the benchmark, one file each: what is measured, against whom, and how it is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from bench.placement.rows import change, growth, karpenter_kept, packed, realised, verification

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bench.placement.record import Figure
    from bench.placement.rows.case import Case


class Row(Protocol):
    """What a file in this folder offers."""

    TITLE: str
    AIM: str

    @property
    def HEADINGS(self) -> Sequence[str]:  # noqa: N802 - a constant of the module
        """Of the table, the instance first."""

    def plan_cases(self, seed: int, *, quick: bool) -> list[Case]:
        """What it is measured on."""

    def measure(self, case: Case) -> Mapping[str, Figure]:
        """All contestants on one case."""

    def cells(self, figures: Mapping[str, Figure]) -> Sequence[str]:
        """What stands under the headings."""


ROWS: dict[str, Row] = {
    "packed": packed,
    "karpenter": karpenter_kept,
    "realised": realised,
    "change": change,
    "verify": verification,
    "growth": growth,
}
