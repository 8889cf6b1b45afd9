"""Findings that were there when a team began: a file of fingerprints, so that an old repository shows what is new.

A fingerprint says which rule, which object, which part and what is wrong; neither file nor line, so that moving things
about makes nothing new. The same fault twice is two entries.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from bayplan.complaint import BadInput, Complaint

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bayplan.validation.finding import Finding

VERSION = 1


class Entry(NamedTuple):
    """One known finding."""

    fingerprint: str
    rule: str
    object: str
    """The object as findings show it, for people who read the file."""
    message: str


class Compared(NamedTuple):
    """Findings beside a baseline."""

    new: tuple[Finding, ...]
    known: int
    """Number of those that are in the baseline."""
    gone: tuple[Entry, ...]
    """Entries that are mended: the baseline can lose them."""


def fingerprint(finding: Finding) -> str:
    """What a finding is known by, wherever it stands."""
    name = str(finding.ref) if finding.ref.name else finding.file  # of what is no object, the file is the name
    parts = (finding.rule, name, finding.ref.group, finding.pointer, finding.message, finding.status.name)
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:32]


def fingerprints(findings: Iterable[Finding]) -> Iterator[tuple[Finding, str]]:
    """Every finding with a fingerprint that no other has: the second of its kind is counted."""
    seen: Counter[str] = Counter()
    for finding in findings:
        mark = fingerprint(finding)
        seen[mark] += 1
        yield finding, mark if seen[mark] == 1 else f"{mark}-{seen[mark]}"


def write(findings: Iterable[Finding]) -> str:
    """The text of a baseline file, sorted, an entry a line, so that its changes can be read."""
    entries = sorted(Entry(mark, one.rule, str(one.ref), one.message) for one, mark in fingerprints(findings))
    rows = ",\n".join(f"  {json.dumps(entry._asdict(), ensure_ascii=True)}" for entry in entries)
    return (
        f'{{"version": {VERSION}, "findings": [\n{rows}\n]}}\n'
        if rows
        else f'{{"version": {VERSION}, "findings": []}}\n'
    )


def read(data: bytes, file: str) -> tuple[Entry, ...]:
    """The entries of a baseline file; BadInput for what is none."""
    try:
        said: Any = json.loads(data)
        if said["version"] != VERSION:
            raise refused(file, f"is a baseline of version {said['version']!r}")
        return tuple(
            Entry(str(one["fingerprint"]), str(one["rule"]), str(one["object"]), str(one["message"]))
            for one in said["findings"]
        )
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise refused(file, "is no baseline") from error


def refused(file: str, what: str) -> BadInput:
    """What is said of a file that cannot be used."""
    return BadInput(
        [Complaint(file=file, line=0, what=what, fix="Write it anew: bayplan check --write-baseline FILE.")]
    )


def compare(findings: Sequence[Finding], entries: Sequence[Entry]) -> Compared:
    """What is new beside a baseline, and which of its entries are mended."""
    known = {entry.fingerprint for entry in entries}
    marked = list(fingerprints(findings))
    found = {mark for _, mark in marked}
    return Compared(
        new=tuple(finding for finding, mark in marked if mark not in known),
        known=len(found & known),
        gone=tuple(sorted(entry for entry in entries if entry.fingerprint not in found)),
    )
