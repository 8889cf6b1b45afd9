"""Definitions that change under objects that are there: what was right before is refused, or loses fields.

Objects are not looked at when their definition changes; they are at the next write, which for those in the tree is the
same sync. Others that are not in the tree may be in the cluster.
Source: <https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definition-versioning/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.review.effects.effect import effect
from bayplan.review.effects.refused_outdated import Outdated, outdated
from bayplan.review.effects.refused_waiting import stops_at
from bayplan.review.effects.rollout_change import several
from bayplan.review.review import Effect, Topic, Weight
from bayplan.validation.fields import mappings_at, text_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.review.comparison import Comparison, Pair

SHOWN = 3
TOGETHER = "Change the objects with it, or make what is new optional until they all have it"


def effects(comparison: Comparison) -> Iterator[Effect]:
    """Every definition that refuses objects which the earlier one took, or serves fewer versions."""
    for pair, broken in outdated(comparison):
        if not broken:
            yield from drops(comparison, pair)
            continue
        yield breaks(comparison, pair, broken)
        firsts = {stops_at(comparison, one.manifest): one for one in reversed(broken) if one.is_now}
        for stops, one in firsts.items():
            yield stopped(comparison, pair, one, stops)


def stopped(comparison: Comparison, pair: Pair, one: Outdated, stops: str) -> Effect:
    """The first object of a Kustomization that is refused although it is as it was."""
    return effect(
        comparison.head,
        one.manifest,
        "object-refused",
        topic=Topic.APPLY,
        weight=Weight.BLOCKED,
        says=f"cannot be applied any more, although it has not changed: {one.why}{stops}",
        why=f"{pair.after.ref} has changed",
        fix=TOGETHER,
        doubt=comparison.base.draft_of(pair.before),
    )


def breaks(comparison: Comparison, pair: Pair, broken: list[Outdated]) -> Effect:
    """A definition that is stricter than objects of the tree."""
    names = ", ".join(str(one.manifest.ref) for one in broken[:SHOWN])
    more = f" and {len(broken) - SHOWN} more" if len(broken) > SHOWN else ""
    later = ", once that part changes or it is to be made anew"
    when = "" if any(one.is_now for one in broken) else later
    return effect(
        comparison.head,
        pair.after,
        "definition-refuses-objects",
        topic=Topic.APPLY,
        weight=Weight.DANGER if any(one.is_now for one in broken) else Weight.ATTENTION,
        says=f"refuses {several(len(broken), 'object')} that it took before{when}: {names}{more}",
        pointer="/spec/versions",
        why=broken[0].why,
        fix=TOGETHER,
        doubt=comparison.base.draft_of(pair.before),
    )


def drops(comparison: Comparison, pair: Pair) -> Iterator[Effect]:
    """Versions that nobody can ask for any more."""
    old, new = (set(served(one)) for one in (pair.before, pair.after))
    gone = sorted(old - new)
    if gone:
        versions = ", ".join(gone)
        yield effect(
            comparison.head,
            pair.after,
            "definition-drops-version",
            topic=Topic.APPLY,
            weight=Weight.ATTENTION,
            says=f"serves {versions} no more: programs and files that ask for it get no answer",
            pointer="/spec/versions",
            why=f"{versions} {'is' if len(gone) == 1 else 'are'} not among its served versions any more",
            fix="See that every client and every file asks for another version first",
            doubt=comparison.base.draft_of(pair.before),
        )


def served(definition: Manifest) -> Iterator[str]:
    """The names of its served versions."""
    for _, version in mappings_at(definition.body, "spec", "versions"):
        if version.get("served") is True:
            yield text_at(version, "name")
