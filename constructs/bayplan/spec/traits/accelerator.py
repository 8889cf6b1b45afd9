"""Which accelerators one replica needs."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from bayplan.spec.word import Word


class Accelerator(Word):
    """Whole accelerators for one replica."""

    model: str | None = None
    """Model as the catalogue names it (`"l4"`, `"a100"`, `"h100"`). By default any model with enough memory."""
    count: Annotated[int, Field(ge=1, le=64)] = 1
    """Accelerators of one replica, all on one machine."""
    memory: Annotated[str | None, Field(description="Least memory of each accelerator: `\"24Gi\"`.")] = None
