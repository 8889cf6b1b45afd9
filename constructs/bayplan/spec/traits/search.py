"""What trials vary, and when one is given up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Self

from pydantic import Field, StrictBool, StrictFloat, StrictInt, StrictStr, model_validator

from bayplan.spec.many import Many
from bayplan.spec.name import Whole
from bayplan.spec.word import Word
from bayplan.spec.wrong import Wrong, refuse_all

if TYPE_CHECKING:
    from collections.abc import Iterator

Number = Annotated[StrictInt | StrictFloat, Field(allow_inf_nan=False)]
Choice = StrictBool | StrictInt | Annotated[StrictFloat, Field(allow_inf_nan=False)] | StrictStr


class Search(Word):
    """The values that one parameter may take: between two numbers, or one of several."""

    low: Number | None = None
    """The least."""
    high: Number | None = None
    """The most."""
    log: bool = False
    """Whether each power of ten is as likely as any other: for learning rates, sizes, strengths. By default each number
    between `low` and `high` is as likely."""
    whole: bool = False
    """Whether only whole numbers are tried."""
    choices: Many[Choice] = ()
    """Values to choose from, instead of `low` and `high`: `["adam", "sgd"]`."""

    @model_validator(mode="after")
    def _agree(self) -> Self:
        refuse_all(self._wrongs())
        return self

    def _wrongs(self) -> Iterator[Wrong]:
        if self.choices:
            for word in ("low", "high", "log", "whole"):
                if word in self.model_fields_set:
                    yield Wrong(what=f"{word} does not go with choices", fix="Keep one of them.", at=f"/{word}")
            for number, choice in enumerate(self.choices):
                if any(str(choice) == str(other) for other in self.choices[:number]):
                    yield Wrong(what=f"{choice!r} is named twice", fix="Remove it.", at=f"/choices/{number}")
            return
        if self.low is None or self.high is None:
            yield Wrong(what="nothing to choose from", fix='Say low and high, or choices: ["adam", "sgd"].')
            return
        if self.low >= self.high:
            yield Wrong(what=f"low {self.low} is not below high {self.high}", fix="Raise high or lower low.", at="/low")
        if self.log and self.low <= 0:
            fix = "Say low above 0, or leave log out."
            yield Wrong(what=f"log has no place for low {self.low}", fix=fix, at="/low")
        if self.whole and not all(isinstance(one, int) for one in (self.low, self.high)):
            yield Wrong(what=f"{self.low} to {self.high} in whole numbers", fix="Write both whole.", at="/whole")

    @property
    def values(self) -> int | None:
        """How many values there are; None for no end of them."""
        if self.choices:
            return len(self.choices)
        return (
            int(self.high) - int(self.low) + 1
            if self.whole and self.low is not None and self.high is not None
            else None
        )


class StopEarly(Word):
    """Trials that lag behind others are stopped (successive halving: ASHA)."""

    after: Annotated[Whole, Field(ge=1, le=1_000_000)] = 1
    """How many times a trial says how good it is before it may be stopped."""
    keep_one_of: Annotated[Whole, Field(ge=2, le=100)] = 3
    """Of so many that have come as far, the best goes on."""
    reports: Annotated[Whole, Field(ge=2, le=1_000_000)] = 100
    """How many times a trial says how good it is in all; then it is stopped, too, as done."""

    @model_validator(mode="after")
    def _agree(self) -> Self:
        if self.after >= self.reports:
            what = f"after {self.after} is not below reports {self.reports}"
            refuse_all([Wrong(what=what, fix="Lower after or raise reports.", at="/after")])
        return self
