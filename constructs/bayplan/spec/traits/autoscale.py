"""Between how many replicas a workload moves, and by what."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from bayplan.spec.name import Whole
from bayplan.spec.quantity import PercentText
from bayplan.spec.word import Word
from bayplan.spec.wrong import Wrong, refuse_all


class Autoscale(Word):
    """Replicas follow the load. The platform is planned for both ends: the minimum is paid for, the maximum fits."""

    min: Annotated[Whole, Field(ge=1, le=10_000)]
    """Replicas that always run."""
    max: Annotated[Whole, Field(ge=1, le=10_000)]
    """Replicas at the highest load."""
    cpu: PercentText = "70%"
    """Share of the promised CPU at which a replica is added. The default leaves room for the minute that one needs."""

    @model_validator(mode="after")
    def _order(self) -> Self:
        if self.min > self.max:
            refuse_all(
                [Wrong(what=f"min {self.min} is above max {self.max}", fix="Raise max or lower min.", at="/min")]
            )
        return self
