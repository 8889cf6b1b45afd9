"""Findings that somebody accepts until a day: by an annotation in the tree, or by a line of the settings.

    metadata:
      annotations:
        bayplan.dev/waive: "NET001 until 2027-01-31: the pods come with the next release"

Several stand on lines of their own, or apart by a semicolon; a code may go on with a JSON pointer. On a Namespace they
hold for everything in it. A waiver without reason or end waives nothing, and neither does one that has ended.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from bayplan.manifests.pointer import pointer
from bayplan.validation.fields import annotation
from bayplan.validation.kinds import kind_of
from bayplan.validation.settings import Waiver

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bayplan.manifests.inventory import Inventory
    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.finding import Finding
    from bayplan.validation.settings import Settings
    from bayplan.validation.world import World

ANNOTATION = "bayplan.dev/waive"
WHERE = pointer("metadata", "annotations", ANNOTATION)
FORM = re.compile(
    r"(?P<rule>[A-Z]{3}[0-9]{3})(?P<pointer>/\S*)?(\s+until\s+(?P<until>\S+?))?\s*(:\s*(?P<reason>.*))?", re.DOTALL
)


@dataclass(frozen=True, kw_only=True, eq=False)
class Written:
    """A waiver in the tree."""

    manifest: Manifest
    waiver: Waiver | None
    """None where it cannot be read."""
    wrong: str = ""
    """What is wrong with it, in words."""

    @property
    def place(self) -> tuple[object, ...]:
        """Where it is written: the same for all objects that overlays make of one."""
        return (self.manifest.file, self.manifest.line, self.waiver)


class Waived(NamedTuple):
    """A finding that is accepted."""

    finding: Finding
    reason: str
    until: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """All that a check has found."""

    findings: tuple[Finding, ...]
    """Sorted; without those that are waived."""
    waived: tuple[Waived, ...] = ()
    not_checked: tuple[str, ...] = ()
    """Codes of the rules that were not asked, since there is no earlier revision."""


class Waivers:
    """The waivers of one cluster's objects."""

    def __init__(self, inventory: Inventory) -> None:
        self.written = tuple(one for manifest in inventory.manifests for one in written_on(manifest))
        self._on: dict[tuple[str, str, str], list[Written]] = {}
        self._of: dict[int, list[Written]] = {}
        for one in self.written:
            self._of.setdefault(id(one.manifest), []).append(one)
            ref = one.manifest.ref
            self._on.setdefault((kind_of(one.manifest), ref.namespace, ref.name), []).append(one)

    def on(self, manifest: Manifest) -> Sequence[Written]:
        """Those that stand on an object."""
        return self._of.get(id(manifest), ())

    def for_(self, finding: Finding, today: date | None) -> Written | None:
        """The one that a finding is accepted by."""
        ref = finding.ref
        kind = f"{ref.kind}.{ref.group}" if ref.group else ref.kind
        for key in ((kind, ref.namespace, ref.name), ("Namespace", "", ref.namespace)):
            for one in self._on.get(key, ()):
                if one.waiver and one.waiver.means(finding) and not one.waiver.is_over(today):
                    return one
        return None


def written_on(manifest: Manifest) -> Iterator[Written]:
    """The waivers that an object's annotation holds."""
    text = annotation(manifest.body, ANNOTATION)
    for part in filter(None, map(str.strip, re.split(r"[;\n]", text))) if text else ():
        found = FORM.fullmatch(part)
        wrong = wrong_with(found) if found else f"{part[:60]!r} is no waiver"
        waiver = None
        if found and not wrong:
            waiver = Waiver(
                rule=found["rule"],
                pointer=found["pointer"] or "*",
                reason=found["reason"].strip(),
                until=found["until"],
            )
        yield Written(manifest=manifest, waiver=waiver, wrong=wrong)


def wrong_with(found: re.Match[str]) -> str:
    """What a waiver of the right form lacks, in words; "" for nothing."""
    if not (found["reason"] or "").strip():
        return f"the waiver of {found['rule']} gives no reason"
    if not found["until"]:
        return f"the waiver of {found['rule']} has no end"
    return (
        "" if is_day(found["until"]) else f"the waiver of {found['rule']} ends on {found['until']!r}, which is no day"
    )


def is_day(text: str) -> bool:
    """Whether a text is a day, `2027-01-31`."""
    try:
        return len(text) == 10 and bool(date.fromisoformat(text))
    except ValueError:
        return False


class Waiving:
    """Takes the findings of one cluster after the other and sets those aside that are accepted."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.findings: set[Finding] = set()
        self.waived: dict[Finding, Waived] = {}
        self.used: Counter[Waiver] = Counter()

    def weigh(self, found: Iterable[Finding], world: World | None = None) -> set[tuple[object, ...]]:
        """Keep what is not accepted; the waivers of the tree that accepted something, by their place."""
        used: set[tuple[object, ...]] = set()
        for finding in found:
            written = world.waivers.for_(finding, self.settings.today) if world and world.waivers.written else None
            waiver = written.waiver if written else self._said(finding)
            if waiver is None or finding.rule.startswith("WVR"):
                self.findings.add(finding)
                continue
            used |= {written.place} if written else set()
            self.used[waiver] += 1
            self.waived[finding] = Waived(finding, waiver.reason, waiver.until)
        return used

    def _said(self, finding: Finding) -> Waiver | None:
        today = self.settings.today
        return next((one for one in self.settings.waivers if one.means(finding) and not one.is_over(today)), None)

    def judgement(self, not_checked: tuple[str, ...]) -> Judgement:
        """What is left, sorted, and what was set aside."""
        waived = tuple(self.waived[finding] for finding in sorted(self.waived))
        return Judgement(findings=tuple(sorted(self.findings)), waived=waived, not_checked=not_checked)
