"""What is taken out of Flux's hands, or given back: annotations and fields that say what Flux does with an object.

Source: <https://fluxcd.io/flux/components/kustomize/kustomizations/#controlling-the-apply-behavior-of-resources>; an
object whose manifest or whose copy in the cluster says `reconcile: disabled` or `ssa: Ignore` is passed over whole:
<https://github.com/fluxcd/pkg/blob/main/ssa/manager_apply.go>, `shouldSkipApply`
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.review.effects.effect import effect
from bayplan.review.review import Effect, Topic, Weight
from bayplan.validation.changes import WORDS, is_left_alone, says
from bayplan.validation.fields import mappings_at, value_at, words_at
from bayplan.validation.kinds import kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.review.comparison import Comparison, Pair
    from bayplan.review.review import Part

SYNC = f"Kustomization.{WORDS}"
FOR_FLUX = (f"[{WORDS}/", f".{WORDS}/")


def effects(comparison: Comparison) -> Iterator[Effect]:
    """Every object that Flux treats otherwise, and every change that it passes over."""
    for pair in comparison.changed:
        was, now = is_left_alone(pair.before), is_left_alone(pair.after)
        if now:
            yield from left_alone(comparison, pair, is_new=not was)
        elif was:
            yield taken_back(comparison, pair)
        else:
            yield from treated(comparison, pair)
        if kind_of(pair.after) == SYNC:
            yield from drifts(comparison, pair)


def left_alone(comparison: Comparison, pair: Pair, *, is_new: bool) -> Iterator[Effect]:
    """An object that Flux passes over: what changes in its manifest changes nothing."""
    kept = [one for one in pair.parts if not is_word(one)]
    if not kept and not is_new:
        return
    waits = (
        f"{len(kept)} {'change' if len(kept) == 1 else 'changes'} of it {'does' if len(kept) == 1 else 'do'} not arrive"
    )
    here = "is out of Flux's hands: it stays as it is in the cluster"
    yield effect(
        comparison.head,
        pair.after,
        "object-left-alone",
        topic=Topic.OWNERSHIP,
        weight=Weight.ATTENTION,
        says=f"{here}, and {waits}" if kept else f"{here}, whatever its manifest says from now on",
        pointer=kept[0].pointer if kept else "/metadata/annotations",
        why=word_of(pair.after),
        fix="Take the annotation out where Flux is to apply it again" if kept else "",
    )


def taken_back(comparison: Comparison, pair: Pair) -> Effect:
    """An object that Flux applies again."""
    return effect(
        comparison.head,
        pair.after,
        "object-taken-back",
        topic=Topic.OWNERSHIP,
        weight=Weight.ATTENTION,
        says="is applied by Flux again: what has changed in git or by hand meanwhile is set to what its manifest says",
        pointer="/metadata",
        why=f"{word_of(pair.before)} is gone",
    )


def treated(comparison: Comparison, pair: Pair) -> Iterator[Effect]:
    """How Flux applies an object that it goes on to apply."""
    for word, value, told in (
        ("ssa", "merge", "keeps what others have added to it in the cluster, where Flux has taken that out until now"),
        ("force", "enabled", "is deleted and made anew from now on whenever a change of it cannot be applied"),
    ):
        was, now = (says(one, word, value) for one in (pair.before, pair.after))
        if now and not was:
            yield effect(
                comparison.head,
                pair.after,
                f"flux-{word}",
                topic=Topic.OWNERSHIP,
                weight=Weight.NOTE,
                says=told,
                pointer="/metadata",
                why=f"{WORDS}/{word}: {value}",
            )


def drifts(comparison: Comparison, pair: Pair) -> Iterator[Effect]:
    """Fields that Flux no longer corrects: `spec.ignore` of a Kustomization, from Flux 2.9 on."""
    was, now = (ignored(one) for one in (pair.before, pair.after))
    for paths, told in ((now - was, "no longer corrects"), (was - now, "corrects again")):
        if paths:
            yield effect(
                comparison.head,
                pair.after,
                "flux-ignore",
                topic=Topic.OWNERSHIP,
                weight=Weight.NOTE,
                says=f"{told} what others change at {', '.join(sorted(paths))} of the objects that it applies",
                pointer="/spec/ignore" if now else "/spec",
                why="spec.ignore changes",
            )


def ignored(sync: Manifest) -> frozenset[str]:
    """JSON pointers whose drift is ignored."""
    return frozenset(path for _, rule in mappings_at(sync.body, "spec", "ignore") for path in words_at(rule, "paths"))


def is_word(part: Part) -> bool:
    """Whether a part is for Flux itself, and is read by nobody else."""
    return any(mark in part.path for mark in FOR_FLUX) or WORDS in part.before + part.after


def word_of(manifest: Manifest) -> str:
    """What an object tells Flux."""
    for place in ("annotations", "labels"):
        for word in ("reconcile", "ssa"):
            said = value_at(manifest.body, "metadata", place, f"{WORDS}/{word}")
            if said is not None:
                return f"{WORDS}/{word}: {said}"
    return WORDS
