"""Definitions that change under objects that are there: what was right before is refused, or loses fields.

Objects are not looked at when their definition changes; they are at the next write, which for those in the tree is the
same sync. Others that are not in the tree may be in the cluster.
Source: <https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definition-versioning/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bayplan.review.effects.effect import effect
from bayplan.review.effects.refused_parts import CRD, refusals
from bayplan.review.review import Effect, Topic, Weight
from bayplan.validation.changes import is_left_alone
from bayplan.validation.fields import mappings_at, text_at
from bayplan.validation.finding import Status
from bayplan.validation.kinds import kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.review.comparison import Comparison, Pair

REFUSING = ("SCH001", "SCH003", "SCH004")
"""Rules by which the API server refuses an object: its schema, a version that is not served, a rule in CEL."""
SHOWN = 3


class Broken(NamedTuple):
    """An object that the new definition refuses."""

    manifest: Manifest
    why: str


def effects(comparison: Comparison) -> Iterator[Effect]:
    """Every definition that refuses objects which the earlier one took, or serves fewer versions."""
    for pair in comparison.changed:
        if kind_of(pair.after) != CRD or is_left_alone(pair.after) or id(pair.after) in refusals(comparison):
            continue
        broken = [*refused(comparison, pair)]
        if broken:
            yield breaks(comparison, pair, broken)
        else:
            yield from drops(comparison, pair)


def refused(comparison: Comparison, pair: Pair) -> Iterator[Broken]:
    """Objects of the tree that were right and are not."""
    kind = f"{text_at(pair.after.body, 'spec', 'names', 'kind')}.{text_at(pair.after.body, 'spec', 'group')}"
    for manifest in comparison.head.by_kind.get(kind, ()):
        before = comparison.before(manifest)
        if before is None or before.body != manifest.body:
            continue  # what is new or changed is told by the findings of check
        for code in REFUSING:
            hit = next(
                (one for one in comparison.head.verdicts.of(manifest, code) if one.status is Status.BROKEN), None
            )
            old = any(one.status is Status.BROKEN for one in comparison.base.verdicts.of(before, code))
            if hit is not None and not old:
                yield Broken(manifest, hit.message)
                break


def breaks(comparison: Comparison, pair: Pair, broken: list[Broken]) -> Effect:
    """A definition that is stricter than objects of the tree."""
    names = ", ".join(str(one.manifest.ref) for one in broken[:SHOWN])
    more = f" and {len(broken) - SHOWN} more" if len(broken) > SHOWN else ""
    return effect(
        comparison.head,
        pair.after,
        "definition-refuses-objects",
        topic=Topic.APPLY,
        weight=Weight.DANGER,
        says=f"refuses {len(broken)} {'object' if len(broken) == 1 else 'objects'} that it took before: {names}{more}",
        pointer="/spec/versions",
        why=broken[0].why,
        fix="Change the objects with it, or make what is new optional until they all have it",
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
