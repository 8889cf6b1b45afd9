"""What rules yield as findings, with all that a reader needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.manifests.ref import Ref
from bayplan.validation.finding import Finding, Status
from bayplan.validation.flux.place import place_of
from bayplan.validation.flux.words import open_in
from bayplan.validation.rule import Hit
from bayplan.validation.rules.reading.file_cannot_be_read import file_cannot_be_read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.complaint import Complaint
    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.rule import Rule
    from bayplan.validation.world import World


def hits(rule: Rule, manifest: Manifest, world: World) -> Iterator[Hit]:
    """What one rule says about one object; a rule that fails says so, and nobody takes that for a pass."""
    try:
        yield from rule.judge(manifest, world)
    except Exception as error:  # noqa: BLE001 - one rule's mistake must not hide what the others found
        yield Hit("", f"the rule itself failed: {type(error).__name__}: {error}", Status.ERROR)


def finding(rule: Rule, manifest: Manifest, hit: Hit, world: World) -> Finding:
    """A hit with all that a reader needs. What is changed on its way to the cluster is not known to be broken."""
    draft = world.draft_of(manifest) if hit.status is Status.BROKEN else ""
    if not draft and hit.status is Status.BROKEN and rule.code.startswith("SCH"):
        draft = open_in(manifest, hit.pointer)
    pointer = hit.pointer
    for pod in world.pods.made_by(manifest):
        pointer = pod.place_of(pointer)
    place = place_of(manifest, pointer, world.delivery)
    return Finding(
        file=place.file,
        line=place.line,
        rule=rule.code,
        severity=rule.severity,
        ref=manifest.ref,
        pointer=pointer,
        message=f"{hit.message}, but {draft}" if draft else hit.message,
        fix=rule.fix,
        origin=manifest.origin,
        status=Status.UNKNOWN if draft else hit.status,
        confidence=rule.confidence,
    )


def unreadable(complaint: Complaint, doubt: str) -> Finding:
    """A file that could not be read, unless it is none that would be applied."""
    return Finding(
        file=complaint.file,
        line=complaint.line,
        rule=file_cannot_be_read.code,
        severity=file_cannot_be_read.severity,
        ref=Ref("", "", "", ""),
        pointer="",
        message=f"{complaint.what}, but {doubt}" if doubt else complaint.what,
        fix=complaint.fix or file_cannot_be_read.fix,
        origin=f"{complaint.file}#L{complaint.line}",
        status=Status.UNKNOWN if doubt else Status.BROKEN,
    )
