"""What cannot be applied: Flux stops at it, and all that its Kustomization holds stays as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.review.effects.effect import effect
from bayplan.review.review import Effect, Topic, Weight
from bayplan.validation.changes import forced, is_left_alone
from bayplan.validation.immutable import refused_changes
from bayplan.validation.kinds import kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.review.comparison import Comparison


def effects(comparison: Comparison) -> Iterator[Effect]:
    """Every change that the API server refuses."""
    for pair in comparison.changed:
        if is_left_alone(pair.after) or forced(comparison.head, pair.after):
            continue
        for change in refused_changes(kind_of(pair.after), pair.before.body, pair.after.body):
            yield effect(
                comparison.head,
                pair.after,
                "change-refused",
                topic=Topic.APPLY,
                weight=Weight.BLOCKED,
                says=f"cannot be applied: {change.what} cannot change once the object is there",
                pointer=change.pointer,
                fix="Keep the old value, or make a new object with another name and remove this one later",
                doubt=change.doubt,
            )
