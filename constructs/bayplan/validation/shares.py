"""The judging of one cluster, spread over processes: Python judges on one processor only, and machines have several."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from bayplan.manifests.crew import spread
from bayplan.manifests.ref import Ref
from bayplan.manifests.yaml import collection_paused
from bayplan.validation.finding import Confidence, Finding, Severity, Status
from bayplan.validation.kinds import kind_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

    Judge = Callable[[Iterable[Manifest]], Iterator[Finding]]

LEAST = 1_500
"""Objects that are worth a process of their own."""
LEAST_OF_A_CLUSTER = 100
"""The same where no index has to be built first, which all processes share."""


def judged(manifests: Sequence[Manifest], judge: Judge) -> Iterator[Finding]:
    """The findings on all objects, in no order that matters.

    One object of each kind is judged first: with it the indexes are built that all processes then share. Judging makes
    little garbage, and the collector would walk the whole tree for it again and again.
    """
    with collection_paused():
        if len(manifests) < 2 * LEAST:
            yield from judge(manifests)
            return
        first = firsts(manifests)
        yield from judge(manifests[number] for number in first)
        left = [number for number in range(len(manifests)) if number not in first]
        for share in spread(partial(_told, manifests, judge), left, least=LEAST):
            yield from map(told, share)


def judged_apart(worlds: Sequence[World], judge: Callable[[World], Iterable[Finding]]) -> list[list[Finding]]:
    """The findings of clusters, each judged in a process of its own where none is large enough to be shared out."""

    def work(some: Sequence[World]) -> list[list[tuple[Any, ...]]]:
        return [[plain(finding) for finding in judge(world)] for world in some]

    sizes = [len(world.inventory.manifests) for world in worlds]
    if len(sizes) < 2 or min(sizes) < LEAST_OF_A_CLUSTER or max(sizes) >= 2 * LEAST:
        return [[*judge(world)] for world in worlds]
    with collection_paused():
        return [[*map(told, found)] for share in spread(work, worlds, least=1) for found in share]


def firsts(manifests: Sequence[Manifest]) -> dict[int, None]:
    """The first object of each kind, by its number."""
    first = {kind_of(manifest): number for number, manifest in reversed([*enumerate(manifests)])}
    return dict.fromkeys(first.values())


def _told(manifests: Sequence[Manifest], judge: Judge, numbers: Sequence[int]) -> list[tuple[Any, ...]]:
    return [plain(finding) for finding in judge(manifests[number] for number in numbers)]


def plain(finding: Finding) -> tuple[Any, ...]:
    """A finding as plain data, which can be sent from process to process."""
    ref = finding.ref
    return (
        *(finding.file, finding.line, finding.rule, int(finding.severity)),
        (ref.group, ref.kind, ref.namespace, ref.name),
        *(finding.pointer, finding.message, finding.fix, finding.origin),
        *(int(finding.status), int(finding.confidence)),
    )


def told(sent: tuple[Any, ...]) -> Finding:
    """A finding that another process has sent."""
    file, line, rule, severity, ref, pointer, message, fix, origin, status, confidence = sent
    return Finding(
        file=file,
        line=line,
        rule=rule,
        severity=Severity(severity),
        ref=Ref(*ref),
        pointer=pointer,
        message=message,
        fix=fix,
        origin=origin,
        status=Status(status),
        confidence=Confidence(confidence),
    )
