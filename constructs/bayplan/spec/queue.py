"""Queues of teams: what each is guaranteed for its jobs, what it may borrow, and who waits for whom."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Discriminator, Field, Tag, TypeAdapter, WithJsonSchema, model_validator

from bayplan.spec.amount import parse
from bayplan.spec.many import Many
from bayplan.spec.name import Name, Whole
from bayplan.spec.quantity import CpuText, MemoryText
from bayplan.spec.word import Word
from bayplan.spec.wrong import Wrong, refuse_all, show

COHORT = "teams"
"""Those who borrow from each other, where nothing else is said."""
CPU, MEMORY = "cpu", "memory"
_TEXTS = {CPU: TypeAdapter(CpuText), MEMORY: TypeAdapter(MemoryText)}
_MOST = 1_000_000


def _read(said: Any) -> dict[str, Any]:  # noqa: ANN401 - what people wrote
    """Every amount in its canonical form, by what is counted; everything that is none at once."""
    wrongs: list[Wrong] = []
    amounts = {key: _amount(str(key), value, f"/{key}", wrongs) for key, value in said.items()}
    refuse_all(wrongs)
    return amounts


def _amount(key: str, value: object, at: str, wrongs: list[Wrong]) -> object:
    if key in _TEXTS:
        return _text(key, value, at, wrongs)
    if isinstance(value, dict):
        for strange in sorted(str(name) for name in value if name not in _TEXTS):
            fix = "Of a pool without accelerators say cpu and memory."
            wrongs.append(Wrong(what=f"unknown key '{strange}'", fix=fix, at=f"{at}/{strange}"))
        return {name: _text(name, value[name], f"{at}/{name}", wrongs) for name in _TEXTS if name in value}
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _MOST:
        fix = "Write how many, as Kubernetes counts them: l4: 4. Pools without any have {cpu: 64, memory: 256Gi}."
        wrongs.append(Wrong(what=f"{show(value)} is no number of accelerators", fix=fix, at=at))
    return value


def _text(key: str, value: object, at: str, wrongs: list[Wrong]) -> str:
    try:
        return str(_TEXTS[key].validate_python(value))
    except ValueError:
        example = "64" if key == CPU else "256Gi"
        wrongs.append(Wrong(what=f"{show(value)} is no amount of {key}", fix=f"Write {key}: {example}.", at=at))
        return "0"


_TEXT_SCHEMA = {"anyOf": [{"type": "string"}, {"type": "number", "minimum": 0}]}
_BOTH_SCHEMA = {CPU: _TEXT_SCHEMA, MEMORY: _TEXT_SCHEMA}
_ROOM_SCHEMA = {"type": "object", "properties": _BOTH_SCHEMA, "additionalProperties": False}
_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": _BOTH_SCHEMA,
    "additionalProperties": {"anyOf": [{"type": "integer", "minimum": 0, "maximum": _MOST}, _ROOM_SCHEMA]},
    "examples": [{"l4": 4, "cpu": 64, "memory": "256Gi"}],
}
Amounts = Annotated[dict[str, Any], AfterValidator(_read), WithJsonSchema(_SCHEMA)]
"""How much of what: accelerators by their model (`l4: 4`), slices of them by their profile (`"1g.10gb": 7`), and `cpu`
and `memory` of pools without accelerators. The name of a pool in place of the model means that pool alone; of one
without accelerators it takes `{cpu: 64, memory: 256Gi}`. Where several pools have it, the first give it, as far as they
hold it, in the order of the queue's `pools`. An accelerator brings its share of all else that its machine has. Where
`cpu` is said without `memory`, or the other way round, the other comes in the proportion of the machines."""


def _form(said: object) -> str:
    return "word" if isinstance(said, str) else "amounts"


_Any = Annotated[Literal["any"], Tag("word")]
_All = Annotated[Literal["all"], Tag("word")]
_Said = Annotated[Amounts, Tag("amounts")]


class Cohort(Word):
    """Queues that borrow from each other what one leaves unused."""

    shared: Amounts = Field(default_factory=dict)
    """What belongs to none of its queues: all of them may borrow it. By default nothing."""
    within: Name | None = None
    """A cohort around it, from which its queues borrow, too. By default it stands alone."""
    weight: Annotated[Whole, Field(ge=1, le=1000)] = 1
    """Its share among the cohorts around it, as that of a queue."""


class Queue(Word):
    """The queue of one team: its jobs wait here until they may run (Kueue). `quotas` stays what the plan may give to a
    team at the most, services included; a queue says what of the cluster its jobs take at the same time."""

    guaranteed: Amounts = Field(default_factory=dict)
    """What the team's jobs can always have: `{l4: 4, cpu: 64, memory: 256Gi}`. By default nothing: then they run on
    what they borrow."""
    borrow: Annotated[_Said | _Any, Discriminator(_form)] = Field(default_factory=dict)
    """What they may use beyond it while others leave it: `{l4: 2}`, or `any` for as much as there is. By default
    nothing."""
    maximum: Amounts = Field(default_factory=dict)
    """The same said in another way: all that they may use at once, `guaranteed` and borrowed together."""
    lend: Annotated[_Said | _All, Discriminator(_form)] = "all"
    """What others may use of `guaranteed` while this team leaves it: `{l4: 1}`; what it leaves out is not lent. By
    default all of it: `stops` says how the team gets it back."""
    cohort: Name = COHORT
    """Who borrows from whom: queues of one cohort. By default all queues of the cluster are in one."""
    weight: Annotated[Whole, Field(ge=1, le=1000)] = 1
    """Its share of what is borrowed: twice the weight, twice as much. It counts where the cluster says
    `fair_sharing`; elsewhere the higher priority borrows first, then who came first."""
    stops: Literal["nobody", "borrowers", "lower"] = "borrowers"
    """Which running jobs its jobs may stop, to start again later. `borrowers`: those of other teams that run on what
    this team is guaranteed. `lower`: besides, the team's own of a lower priority. `nobody`: its jobs wait until others
    have ended, even for what is guaranteed. By default no team stops its own jobs, and none loses its guarantee."""
    order: Literal["strict", "best-effort"] = "best-effort"
    """Whether a job that does not fit holds up those behind it (`strict`), or is passed by those that fit. Higher
    priorities stand before lower ones, then who came first. By default no room is left empty for one that waits."""
    pools: Many[Name] = ()
    """Pools that its jobs may run on, the preferred first. By default all but spot pools, in the order of the file;
    pools that an amount calls by name are taken anyway."""

    @model_validator(mode="after")
    def _agree(self) -> Self:
        wrongs = []
        for key, most in self.maximum.items():
            if self.borrow == "any" or key in self.borrow:
                fix = "Keep one of them: maximum is guaranteed and borrowed together."
                wrongs.append(Wrong(what=f"both maximum and borrow limit {key}", fix=fix, at=f"/maximum/{key}"))
            elif exceeds(self.guaranteed.get(key), most):
                what = f"guaranteed {key} {_show(self.guaranteed[key])} is above maximum {_show(most)}"
                wrongs.append(Wrong(what=what, fix="Raise maximum or lower guaranteed.", at=f"/maximum/{key}"))
        if isinstance(self.lend, dict):
            for key, most in self.lend.items():
                if exceeds(most, self.guaranteed.get(key, 0)):
                    has = _show(self.guaranteed.get(key, 0))
                    what = f"lends {key} {_show(most)}, of which it is guaranteed {has}"
                    wrongs.append(Wrong(what=what, fix="Lend at most what is guaranteed.", at=f"/lend/{key}"))
        refuse_all(wrongs)
        return self


def exceeds(one: object, other: object) -> bool:
    """Whether an amount is above another in any of its parts; nothing is above none."""
    if isinstance(one, dict):
        there = other if isinstance(other, dict) else {}
        return any(exceeds(amount, there.get(name, 0)) for name, amount in one.items())
    return one is not None and not isinstance(other, dict) and parse(str(one)) > parse(str(other or 0))


def _show(amount: object) -> str:
    if isinstance(amount, dict):
        return " and ".join(f"{name} {text}" for name, text in amount.items())
    return str(amount)
