"""How a repository is checked: `.bayplan.yaml`, for trees that bayplan did not render as well."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from bayplan.complaint import BadInput
from bayplan.spec.external import External, KindName, Reason
from bayplan.spec.many import Many
from bayplan.spec.word import Word
from bayplan.spec.wrong import refuse, show

if TYPE_CHECKING:
    from pathlib import Path

    from bayplan.complaint import Complaint

FILE = ".bayplan.yaml"
CODE = r"[A-Z]{3}[0-9]{3}"


def _check_code(text: str) -> str:
    if not re.fullmatch(CODE, text):
        refuse(f"{show(text)} is no code of a rule", 'Write one that a finding shows: "NET001".')
    return text


def _read_day(said: object) -> object:
    return said.isoformat() if isinstance(said, date) else said


def _check_day(text: str) -> str:
    try:
        is_day = bool(re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) and date.fromisoformat(text))
    except ValueError:
        is_day = False
    if not is_day:
        refuse(f"{show(text)} is no day", 'Write it as "2027-01-31".')
    return text


Day = Annotated[
    str, BeforeValidator(_read_day), AfterValidator(_check_day), Field(json_schema_extra={"format": "date"})
]
"""A day, `2027-01-31`."""


class Made(Word):
    """Something that a controller makes for an object."""

    kind: KindName
    """Its kind."""
    name: str
    """Its name: `{name}-app`. In braces stand paths in the object, `{name}` is short for `{metadata.name}`."""
    keys: Many[str] = ()
    """All its keys, for a ConfigMap or Secret; empty where they are not known."""


class Maker(Word):
    """A kind whose controller makes other objects in its namespace."""

    kind: KindName
    """The kind: `KafkaUser.kafka.strimzi.io`."""
    makes: Many[KindName | Made]
    """What it makes: a kind (of any name), or an object with its name."""


class Waiver(Word):
    """A finding that is known and accepted until a day."""

    rule: Annotated[str, AfterValidator(_check_code), Field(json_schema_extra={"pattern": f"^{CODE}$"})]
    """Code of the rule."""
    object: str = "*"
    """The object as findings show it, `Service chat/web`; `*` stands for any text."""
    file: str = "*"
    """Its file below the checked folder; `*` stands for any text."""
    pointer: str = "*"
    """The part of the object; `*` stands for any text."""
    reason: Reason
    """Why it is accepted."""
    until: Day
    """The last day on which it is: then somebody looks again."""


class Review(Word):
    """When a change needs more than one pair of eyes."""

    second_reviewer_above_usd_per_month: Annotated[int, Field(ge=0)] = 1000
    """A second reviewer has to agree where a month costs more by so much, at either end of the load."""


class Settings(Word):
    """What `bayplan check` is told about a repository."""

    externals: Many[External] = ()
    """What is there although no file makes it."""
    makers: Many[Maker] = ()
    """What controllers make that bayplan does not know."""
    waivers: Many[Waiver] = ()
    """Findings that are accepted for a while."""
    review: Review = Review()
    """What `bayplan review` asks for."""


def load_settings(file: Path) -> Settings:
    """Read a settings file; BadInput with everything that is wrong in it."""
    from bayplan.spec.judge import judge, read_yaml  # noqa: PLC0415 - most trees have no such file

    complaints: list[Complaint] = []
    said = judge(Settings, read_yaml(file.parent, [file], complaints), complaints)
    if complaints:
        raise BadInput(complaints)
    return said[0][0]
