"""What a check is told beside the tree: who else makes things, and which findings are accepted.

Plain records, so that a library call needs no file and a tree without settings does not pay for reading any.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from bayplan.manifests.origin import place_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from bayplan.spec import settings as words
    from bayplan.validation.finding import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class External:
    """An object that somebody else makes."""

    kind: str
    """With its group, as kubectl writes it: `Secret`, `KafkaTopic.kafka.strimzi.io`."""
    name: str
    """`*` stands for any text."""
    namespace: str = "*"
    keys: tuple[str, ...] = ()
    """All its keys; empty where they are not known."""
    why: str = ""
    said_in: str = ""
    """Where it is written: `.bayplan.yaml#L3`."""

    def means(self, kind: str, namespace: str, name: str) -> bool:
        """Whether an object is this one; without a name, whether one of that kind may be."""
        return (
            kind == self.kind and fnmatchcase(namespace, self.namespace) and (not name or fnmatchcase(name, self.name))
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What a controller makes for an object: `{name}-app`."""

    kind: str
    name: str = ""
    """With paths in braces; "" for any name."""
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """A finding that is accepted until a day."""

    rule: str
    object: str = "*"
    file: str = "*"
    pointer: str = "*"
    reason: str
    until: str
    """`2027-01-31`."""
    said_in: str = ""
    line: int = 0

    def means(self, finding: Finding) -> bool:
        """Whether a finding is this one."""
        return (
            finding.rule == self.rule
            and fnmatchcase(str(finding.ref), self.object)
            and fnmatchcase(finding.file, self.file)
            and fnmatchcase(finding.pointer, self.pointer)
        )

    def is_over(self, today: date | None) -> bool:
        """Whether its last day has gone by; without a date nothing ever ends."""
        return today is not None and today.isoformat() > self.until


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All of it."""

    externals: tuple[External, ...] = ()
    makers: Mapping[str, tuple[Made, ...]] = field(default_factory=dict)
    """Kind with its group to what its controller makes."""
    waivers: tuple[Waiver, ...] = ()
    second_reviewer_above_usd_per_month: int = 1000
    today: date | None = None
    """What waivers are measured by: read once, where the program begins."""


def settings_of(said: words.Settings, today: date | None = None) -> Settings:
    """The records of a settings file."""
    return Settings(
        externals=tuple(
            External(
                kind=one.kind,
                name=one.name,
                namespace=one.namespace or "*",
                keys=tuple(one.keys),
                why=one.why or "",
                said_in=one.origin,
            )
            for one in said.externals
        ),
        makers={
            one.kind: tuple(
                Made(kind=made)
                if isinstance(made, str)
                else Made(kind=made.kind, name=made.name, keys=tuple(made.keys))
                for made in one.makes
            )
            for one in said.makers
        },
        waivers=tuple(
            Waiver(
                rule=one.rule,
                object=one.object,
                file=one.file,
                pointer=one.pointer,
                reason=one.reason,
                until=one.until,
                said_in=place_of(one.origin)[0],
                line=place_of(one.origin)[1],
            )
            for one in said.waivers
        ),
        second_reviewer_above_usd_per_month=said.review.second_reviewer_above_usd_per_month,
        today=today,
    )
