"""The claims that StatefulSets make for their pods: by `persistentVolumeClaimRetentionPolicy` they stay or go.

Source: <https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#persistentvolumeclaim-retention>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.review.effects.effect import effect
from bayplan.review.effects.pruning_leaving import deleted
from bayplan.review.review import Effect, Topic, Weight
from bayplan.validation.fields import mappings_at, text_at, value_at, whole_at
from bayplan.validation.kinds import kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.review.comparison import Comparison, Pair
    from bayplan.validation.world import World

SET = "StatefulSet.apps"
POLICY = "persistentVolumeClaimRetentionPolicy"
NAMED = 3
"""Claims that are named; the others are counted."""


def of_sets(comparison: Comparison) -> Iterator[Effect]:
    """Sets that go, sets that shrink, and sets whose claims will go from now on."""
    for gone, fate in deleted(comparison, SET):
        if templates(gone):
            claims = named(gone, 0, replicas(gone, comparison.base))
            yield told(comparison.base, gone, claims, retention(gone, "whenDeleted"), why=fate.why, doubt=fate.doubt)
    for pair in comparison.changed:
        if kind_of(pair.after) == SET and templates(pair.after):
            yield from shrunk(comparison, pair)
            yield from will_go(comparison, pair)


def told(world: World, owner: Manifest, claims: str, policy: str, *, why: str, doubt: str = "", at: str = "") -> Effect:
    """What becomes of claims that no pod uses any more."""
    is_lost = policy == "Delete"
    return effect(
        world,
        owner,
        "data-lost" if is_lost else "volumes-left-behind",
        topic=Topic.DATA,
        weight=Weight.DANGER if is_lost else Weight.NOTE,
        says=f"loses its {claims} with all data" if is_lost else f"leaves its {claims} behind with all data",
        why=f"{why}; {POLICY} says {policy}" if is_lost else why,
        fix="Set it to Retain one commit before" if is_lost else "Delete them by hand once nobody needs the data",
        pointer=at,
        doubt=doubt,
    )


def shrunk(comparison: Comparison, pair: Pair) -> Iterator[Effect]:
    """A set with fewer pods than before; what an autoscaler decides is not known."""
    if comparison.head.scaling.of(pair.after.ref) or comparison.base.scaling.of(pair.before.ref):
        return
    before, after = replicas(pair.before, comparison.base), replicas(pair.after, comparison.head)
    if before is None or after is None or after >= before:
        return
    claims = named(pair.after, after, before)
    policy = retention(pair.after, "whenScaled")
    where = "/spec/replicas"
    yield told(comparison.head, pair.after, claims, policy, why=f"replicas {before} → {after}", at=where)


def will_go(comparison: Comparison, pair: Pair) -> Iterator[Effect]:
    """A set whose claims stayed, and go from now on."""
    for word, when in (("whenDeleted", "when it is deleted"), ("whenScaled", "when it gets fewer pods")):
        if retention(pair.before, word) != "Delete" and retention(pair.after, word) == "Delete":
            yield effect(
                comparison.head,
                pair.after,
                "volumes-will-go",
                topic=Topic.DATA,
                weight=Weight.ATTENTION,
                says=f"loses its claims and their data {when}, from now on",
                pointer=f"/spec/{POLICY}/{word}",
                why=f"{word}: Retain → Delete",
            )


def templates(owner: Manifest) -> list[str]:
    """The names of the claim templates."""
    return [text_at(one, "metadata", "name") for _, one in mappings_at(owner.body, "spec", "volumeClaimTemplates")]


def retention(owner: Manifest, when: str) -> str:
    """`Retain` unless the set says otherwise."""
    return text_at(owner.body, "spec", POLICY, when) or "Retain"


def replicas(owner: Manifest, world: World) -> int | None:
    """The pods of a set; None where somebody else decides how many."""
    if world.scaling.of(owner.ref):
        return None
    if value_at(owner.body, "spec", "replicas") is None:
        return 1
    return whole_at(owner.body, "spec", "replicas")


def named(owner: Manifest, first: int, last: int | None) -> str:
    """`claims data-db-1 and data-db-2`."""
    if last is None:
        return f"claims {', '.join(f'{one}-{owner.ref.name}-*' for one in templates(owner))}"
    count = len(templates(owner)) * max(0, last - first)
    numbers = range(first, min(last, first + NAMED))
    names = [f"{one}-{owner.ref.name}-{number}" for one in templates(owner) for number in numbers][:NAMED]
    shown = names if count <= NAMED else [*names, f"{count - NAMED} more"]
    words = shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}" if shown else "nothing"
    return f"claim{'s' if count > 1 else ''} {words}"
