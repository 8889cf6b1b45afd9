"""Amounts as Kubernetes reads them."""

from __future__ import annotations

from typing import Annotated

CpuText = Annotated[str, "cpu"]
MemoryText = Annotated[str, "memory"]
PercentText = Annotated[str, "percent"]


def millicores(text: str) -> int:
    """Thousandths of a core, rounded up."""
    raise NotImplementedError


def mebibytes(text: str) -> int:
    """MiB, rounded up."""
    raise NotImplementedError
