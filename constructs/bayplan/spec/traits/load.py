"""A load that several kinds of accelerators can carry: which and how many is the plan's choice."""

from __future__ import annotations

import re
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from bayplan.spec.many import Many
from bayplan.spec.name import PlainText, Whole
from bayplan.spec.quantity import PercentText, SomeMemoryText
from bayplan.spec.traits.accelerator import Accelerator, ModelName
from bayplan.spec.word import Word
from bayplan.spec.wrong import Wrong, refuse, refuse_all, show

RATE_MAX = 10**9
"""Larger loads are said in a larger unit."""


def _read_rate(text: object) -> str:
    written = str(text) if isinstance(text, (str, int, float)) and not isinstance(text, bool) else ""
    match = re.fullmatch(r"0*([0-9]+)(?:\.([0-9]{1,3})0*)?", written)
    if not match or int(match[1]) > RATE_MAX:
        fix = 'Write it with at most three decimals: "1200", "35.25"; a larger one in a larger unit.'
        refuse(f"{show(text)} is no rate", fix)
    decimals = (match[2] or "").rstrip("0")
    return match[1] + (f".{decimals}" if decimals else "")


RateText = Annotated[
    str,
    BeforeValidator(_read_rate),
    WithJsonSchema(
        {
            "anyOf": [{"type": "string", "pattern": r"^[0-9]+(\.[0-9]{1,3}0*)?$"}, {"type": "number", "minimum": 0}],
            "examples": ["1200", 35.25],
        }
    ),
]
"""So many of a unit, canonical, at most three decimals."""


def in_thousandths(rate: str) -> int:
    """The rate as a whole number of thousandths."""
    whole, _, decimals = rate.partition(".")
    return int(whole) * 1000 + int(decimals.ljust(3, "0"))


class Carrier(Word):
    """A kind of replica that can carry the load, and how much of it one replica was measured to carry."""

    model: ModelName
    """Model of its accelerators: `"l4"`, `"a100"`."""
    throughput: RateText
    """Load that one replica carries, measured with this image on this model."""
    count: Annotated[Whole, Field(ge=1, le=64)] = 1
    """Accelerators of one replica, all on one machine."""
    memory: SomeMemoryText | None = None
    """Least memory of each accelerator, where a model is sold in several sizes. By default any."""

    @model_validator(mode="after")
    def _carry_something(self) -> Self:
        if self.throughput == "0":
            fix = "Write what one replica carries, or leave the kind out."
            refuse_all([Wrong(what="a replica that carries nothing is no help", fix=fix, at="/throughput")])
        return self

    @property
    def part(self) -> str:
        """Its name among the parts of the workload: `l4`, or `l4x2` where a replica has two."""
        name = self.model.replace(".", "-")
        return name if self.count == 1 else f"{name}x{self.count}"

    @property
    def accelerator(self) -> Accelerator:
        """What one replica needs."""
        return Accelerator(model=self.model, count=self.count, memory=self.memory)


class Load(Word):
    """Replicas follow a load, on the kinds of accelerators that carry it most cheaply together.

    The plan chooses kinds and numbers for both ends of the load. Each kind becomes a Deployment of its own, called
    `<workload>-<kind>`, behind the one address of the workload; requests are shared out by what each kind carries.
    """

    min: RateText
    """The load that is always there: what carries it is always paid for."""
    max: RateText
    """The highest load."""
    unit: Annotated[PlainText, Field(min_length=1, max_length=40)]
    """What is counted, for people: `"tokens/s"`, `"requests/s"`."""
    carried_by: Annotated[Many[Carrier], Field(min_length=1)]
    """Kinds of replicas, in any mixture."""
    cpu: PercentText = "70%"
    """Share of the promised CPU at which a kind gets a replica more, between the planned numbers."""

    @model_validator(mode="after")
    def _agree(self) -> Self:
        wrongs = []
        if self.min == "0":
            fix = "Write what is always carried: no autoscaler starts from none."
            wrongs.append(Wrong(what="a load of 0 leaves nothing that could follow it", fix=fix, at="/min"))
        if in_thousandths(self.min) > in_thousandths(self.max):
            what = f"min {self.min} is above max {self.max}"
            wrongs.append(Wrong(what=what, fix="Raise max or lower min.", at="/min"))
        parts = [carrier.part for carrier in self.carried_by]
        wrongs += [
            Wrong(what=f"'{part}' is named twice", fix="Keep one of them.", at=f"/carried_by/{number}/model")
            for number, part in enumerate(parts)
            if part in parts[:number]
        ]
        refuse_all(wrongs)
        return self
