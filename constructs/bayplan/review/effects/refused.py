"""What cannot be applied: Flux stops at it, and all that its Kustomization holds stays as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.review.effects.effect import effect
from bayplan.review.effects.refused_advice import advice
from bayplan.review.effects.refused_parts import Refusal, refusals
from bayplan.review.effects.refused_policies import Denial, denials
from bayplan.review.effects.refused_replaced import lost, replaced
from bayplan.review.effects.refused_waiting import stops_at
from bayplan.review.effects.rollout_reasons import step
from bayplan.review.review import Effect, Topic, Weight
from bayplan.validation.fields import mapping_at
from bayplan.validation.immutable import address_of
from bayplan.validation.kinds import kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.review.comparison import Comparison

HEADLESS = "None"


def effects(comparison: Comparison) -> Iterator[Effect]:
    """Every change that the API server refuses, every object that is made anew instead, and what is ignored."""
    for refusal in refusals(comparison).values():
        yield replaced(comparison, refusal) if refusal.is_forced else refused(comparison, refusal)
    yield from (denied(comparison, one) for one in denials(comparison))
    yield from lost(comparison)
    yield from ignored(comparison)


def refused(comparison: Comparison, refusal: Refusal) -> Effect:
    """An object that stays as it was, and its Kustomization with it."""
    whats = "; ".join(dict.fromkeys(one.what for one in refusal.parts))
    fixes = dict.fromkeys(advice(comparison, refusal.pair, one.pointer) for one in refusal.parts)
    return effect(
        comparison.head,
        refusal.pair.after,
        "change-refused",
        topic=Topic.APPLY,
        weight=Weight.BLOCKED,
        says=f"cannot be applied: {whats}{stops_at(comparison, refusal.pair.after)}",
        pointer=refusal.parts[0].pointer,
        why=values(refusal),
        fix="; ".join(fixes),
        doubt=refusal.doubt,
    )


def denied(comparison: Comparison, denial: Denial) -> Effect:
    """An object that a policy of the tree does not admit."""
    name = denial.policy.ref.name
    return effect(
        comparison.head,
        denial.manifest,
        "policy-denies",
        topic=Topic.APPLY,
        weight=Weight.BLOCKED,
        says=f"is denied by ValidatingAdmissionPolicy {name}: {denial.message}{stops_at(comparison, denial.manifest)}",
        why=f"{name} is asked of every such object, and stands in {denial.policy.file}",
        fix=f"Keep to {name}, or change it first, in a commit of its own",
        doubt=denial.doubt,
    )


def values(refusal: Refusal) -> str:
    """From what to what the first refused part goes."""
    place = refusal.parts[0].pointer
    found = [one for one in refusal.pair.parts if f"{one.pointer}/".startswith(f"{place}/")]
    found = found or [one for one in refusal.pair.parts if f"{place}/".startswith(f"{one.pointer}/")]
    found.sort(key=lambda one: bool(one.after) and not one.before)  # what is gone or other before what is new
    return step(found[0]) if found else ""


def ignored(comparison: Comparison) -> Iterator[Effect]:
    """A headless Service that names no address any more: it is taken, and nothing changes."""
    for pair in comparison.changed:
        if kind_of(pair.after) != "Service":
            continue
        old, new = (mapping_at(one.body, "spec") for one in (pair.before, pair.after))
        if (
            address_of(old) == HEADLESS
            and not address_of(new)
            and "ExternalName" not in (old.get("type"), new.get("type"))
        ):
            yield effect(
                comparison.head,
                pair.after,
                "change-ignored",
                topic=Topic.APPLY,
                weight=Weight.ATTENTION,
                says="stays headless: it keeps clusterIP None as long as it is there",
                pointer="/spec/clusterIP",
                why="it names no clusterIP any more, and the API server keeps the one that it has",
                fix="Delete the Service once, or make one with another name",
                doubt=comparison.base.draft_of(pair.before),
            )
