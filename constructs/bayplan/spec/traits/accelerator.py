"""Which accelerators one replica needs."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from bayplan.spec.name import Whole
from bayplan.spec.quantity import SomeMemoryText, whole_mebibytes
from bayplan.spec.word import Word


def _lower(model: object) -> object:
    return model.lower() if isinstance(model, str) else model


ModelName = Annotated[str, BeforeValidator(_lower), Field(pattern=r"^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$", max_length=40)]
"""Name of an accelerator's model, in small letters: people write A100 and a100."""


class Accelerator(Word):
    """Whole accelerators for one replica."""

    model: Annotated[ModelName | None, Field(examples=["l4", "a100", "h100"])] = None
    """Model as the catalogue names it (`"l4"`, `"a100"`, `"h100"`). By default any NVIDIA model with enough memory."""
    count: Annotated[Whole, Field(ge=1, le=64)] = 1
    """Accelerators of one replica, all on one machine."""
    memory: SomeMemoryText | None = None
    """Least memory of each accelerator: `"24G"` as it is sold (that is 22888Mi), `"40Gi"`. By default any."""

    @property
    def memory_mib(self) -> int:
        """Least memory of each in MiB, 0 for any. Rounded down, so that `24G` finds what is sold as 24 GB."""
        return whole_mebibytes(self.memory) if self.memory else 0
