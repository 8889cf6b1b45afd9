"""Which accelerators one replica needs."""

from __future__ import annotations

import re
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, TypeAdapter, model_validator

from bayplan.spec.amount import whole_mebibytes
from bayplan.spec.name import Whole
from bayplan.spec.quantity import PercentText, SomeMemoryText
from bayplan.spec.word import Word
from bayplan.spec.wrong import Wrong, refuse, refuse_all, show


def _lower(model: object) -> object:
    return model.lower() if isinstance(model, str) else model


ModelName = Annotated[str, BeforeValidator(_lower), Field(pattern=r"^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$", max_length=40)]
"""Name of an accelerator's model, in small letters: people write A100 and a100."""


_PROFILE = re.compile(r"[1-9]g\.[1-9][0-9]*gb")
_FRACTION = re.compile(r"[0-9.]+ *%|0?\.[0-9]+|[0-9]+ */ *[0-9]+")


def _read_slice(wanted: object) -> object:
    if isinstance(wanted, str) and _PROFILE.fullmatch(wanted.lower()):
        return wanted.lower()
    if isinstance(wanted, (str, float)) and _FRACTION.fullmatch(str(wanted)):
        fix = 'Write a profile ("1g.10gb") or the memory that is needed ("10G"); a part of its time is share: "50%".'
        refuse(f"{show(wanted)} is a fraction, and slices are cut in fixed sizes", fix)
    if isinstance(wanted, str) and re.match(r"[0-9]+g\.|.*gb", wanted.lower()):
        refuse(f"{show(wanted)} is no slice", 'Write a profile ("1g.10gb") or the memory that is needed ("10G").')
    return _MEMORY.validate_python(wanted)


_MEMORY: TypeAdapter[str] = TypeAdapter(SomeMemoryText)
SliceText = Annotated[str, BeforeValidator(_read_slice), Field(examples=["1g.10gb", "10G"])]
"""A profile of NVIDIA's MIG, or an amount of memory."""


class Accelerator(Word):
    """Accelerators for one replica: whole ones, or a part of one."""

    model: Annotated[ModelName | None, Field(examples=["l4", "a100", "h100"])] = None
    """Model as the catalogue names it (`"l4"`, `"a100"`, `"h100"`). By default any NVIDIA model with enough memory."""
    count: Annotated[Whole, Field(ge=1, le=64)] = 1
    """Accelerators of one replica, all on one machine."""
    memory: SomeMemoryText | None = None
    """Least memory of each accelerator: `"24G"` as it is sold (that is 22888Mi), `"40Gi"`. By default any. With
    `share`, the memory that one replica uses of it."""
    share: PercentText | None = None
    """Share of one accelerator's time that is enough: with `"25%"` it may run where up to four take turns, and where a
    whole one is cheaper it gets that. Nothing keeps the others from using more than their share, of time or of memory.
    By default whole ones, shared with nobody."""
    slice: SliceText | None = None
    """A slice of one accelerator, walled off from the others (NVIDIA's MIG): a profile (`"1g.10gb"`), or the memory
    that is needed (`"10G"`), for which the smallest profile is taken that the cluster has. By default whole ones."""

    @model_validator(mode="after")
    def _agree(self) -> Self:
        wrongs = []
        if self.slice and self.share:
            fix = "Keep one: a slice is walled off, a share is not."
            wrongs.append(Wrong(what="both slice and share say which part of one is needed", fix=fix, at="/share"))
        if self.slice and self.memory:
            fix = 'Say the memory in slice: "10G".'
            wrongs.append(Wrong(what="memory is that of a whole accelerator", fix=fix, at="/memory"))
        if self.share and self.count > 1:
            fix = "Leave share out: who needs several needs whole ones."
            wrongs.append(Wrong(what=f"a share of {self.count} accelerators", fix=fix, at="/share"))
        refuse_all(wrongs)
        return self

    @property
    def memory_mib(self) -> int:
        """Least memory of each in MiB, 0 for any. Rounded down, so that `24G` finds what is sold as 24 GB."""
        return whole_mebibytes(self.memory) if self.memory else 0

    @property
    def share_milli(self) -> int:
        """Thousandths of one accelerator that are enough; 1000 for whole ones."""
        return int(self.share.removesuffix("%")) * 10 if self.share else 1000

    @property
    def asks_profile(self) -> bool:
        """Whether `slice` names a profile, and not an amount of memory."""
        return bool(self.slice and _PROFILE.fullmatch(self.slice))
