"""Objects of the head that are not taken as they are, whoever says so: the API server, a definition, a policy."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from bayplan.review.effects.refused_outdated import REFUSING, UNREAD, UNREADABLE, outdated
from bayplan.review.effects.refused_parts import refusals
from bayplan.review.effects.refused_policies import denials
from bayplan.validation.finding import Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.manifests.ref import Ref
    from bayplan.review.comparison import Comparison

WRONG: WeakKeyDictionary[Comparison, frozenset[Ref]] = WeakKeyDictionary()


def refused(comparison: Comparison) -> Iterator[Manifest]:
    """Every object that is surely not taken: what of it are findings of `check` is told there."""
    for refusal in refusals(comparison).values():
        if not refusal.is_forced and not refusal.doubt:
            yield refusal.pair.after
    forgiven: set[Ref] = set()
    for _, broken in outdated(comparison):
        yield from (one.manifest for one in broken if one.is_now)
        forgiven |= {one.manifest.ref for one in broken}
    for ref in sorted(wrong(comparison) - forgiven):
        yield from comparison.head.inventory.by_ref.get(ref, ())


def wrong(comparison: Comparison) -> frozenset[Ref]:
    """Objects that the API server or a policy refuses by themselves, whatever was before."""
    if comparison not in WRONG:
        told = (one for one in comparison.told if one.rule in REFUSING and one.status is Status.BROKEN)
        denied = (one.manifest.ref for one in denials(comparison) if not one.doubt)
        WRONG[comparison] = frozenset((*(one.ref for one in told), *denied))
    return WRONG[comparison]


def invalid(comparison: Comparison) -> frozenset[Ref]:
    """Those of them that the server reads, and calls invalid; a field that there is not is refused before that."""
    told = [one for one in comparison.told if one.rule in REFUSING and one.status is Status.BROKEN]
    unread = {one.ref for one in told if one.rule in UNREAD or UNREADABLE.search(one.message)}
    denied = (one.manifest.ref for one in denials(comparison) if not one.doubt)
    return frozenset((*(one.ref for one in told), *denied)) - unread
