"""What a team, or a whole cluster, may use at the most."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from bayplan.spec.amount import parse
from bayplan.spec.name import UsdText, Whole
from bayplan.spec.word import Word
from bayplan.spec.wrong import refuse


class Quota(Word):
    """A limit at the highest load, rollouts included. What it leaves out is not limited."""

    accelerators: Annotated[Whole, Field(ge=0, le=1_000_000)] | None = None
    """Accelerators as Kubernetes counts them, of any model; where they are shared, every share is one. Slices of
    accelerators (MIG) are not counted."""
    usd_per_hour: UsdText | None = None
    """Price of the nodes. A team pays for each of its pods the share of a node that it takes: of the CPU, the memory,
    the pod slots or the accelerators, whichever is the largest."""

    @model_validator(mode="after")
    def _limit_something(self) -> Self:
        if self.accelerators is None and self.usd_per_hour is None:
            refuse("the quota limits nothing", 'Say accelerators: 8, or usd_per_hour: "12".')
        return self

    @property
    def e4_usd_per_hour(self) -> int | None:
        """The limit in 1e-4 USD per hour; None for any."""
        return None if self.usd_per_hour is None else int(parse(self.usd_per_hour) * 10_000)
