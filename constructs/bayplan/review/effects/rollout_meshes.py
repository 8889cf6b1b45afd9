"""Namespaces that come into a mesh of sidecars, or leave it: only pods that are made later notice.

Istio's webhook sees a pod when it is made. A label of the Namespace changes nothing in pods that run; ambient mode is
otherwise, and takes them in at once.
Source: <https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/#deploying-an-app>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.review.effects.effect import effect
from bayplan.review.review import Effect, Topic, Weight
from bayplan.validation.fields import texts_at
from bayplan.validation.kinds import kind_of
from bayplan.validation.mesh.injection import INJECTION, REVISION, is_injected
from bayplan.validation.settings_changes import STAYING_KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.review.comparison import Comparison, Pair

SHOWN = 3


def effects(comparison: Comparison) -> Iterator[Effect]:
    """Every Namespace whose pods would be made otherwise now."""
    for pair in comparison.changed:
        if kind_of(pair.after) == "Namespace" and injected(pair.before) != injected(pair.after):
            yield from of_namespace(comparison, pair)


def injected(namespace: Manifest) -> tuple[str, str]:
    """The labels that decide it."""
    labels = texts_at(namespace.body, "metadata", "labels")
    return labels.get(INJECTION, ""), labels.get(REVISION, "")


def of_namespace(comparison: Comparison, pair: Pair) -> Iterator[Effect]:
    """Workloads whose pods stay as they are, by what they would get."""
    found: dict[str, set[str]] = {}
    doubt = ""
    for pod in comparison.head.pods.in_namespace(pair.after.ref.name):
        before = comparison.before(pod.owner)
        if before is None or kind_of(pod.owner) not in STAYING_KINDS or before.body != pod.owner.body:
            continue  # new pods anyway, or perhaps
        was = next((is_injected(one, comparison.base) for one in comparison.base.pods.made_by(before)), None)
        now = is_injected(pod, comparison.head)
        if was is None or now is None:
            doubt = "who is injected is not all in the tree"
        change = (
            "get a sidecar" if now and not was else "lose their sidecar" if was and not now else "get another proxy"
        )
        if (now or was) and not (now and was and injected(pair.before)[1] == injected(pair.after)[1]):
            found.setdefault(change, set()).add(pod.owner.ref.name)
    for change, names in sorted(found.items()):
        shown = ", ".join(sorted(names)[:SHOWN]) + (f" and {len(names) - SHOWN} more" if len(names) > SHOWN else "")
        yield effect(
            comparison.head,
            pair.after,
            "sidecars-wait",
            topic=Topic.ROLLOUT,
            weight=Weight.ATTENTION,
            says=f"restarts nothing: pods of {shown} {change} only when they are made anew",
            pointer="/metadata/labels",
            why=labels_in_words(pair),
            fix=f"Restart them: kubectl rollout restart deployment -n {pair.after.ref.name}",
            doubt=doubt or comparison.base.draft_of(pair.before),
        )


def labels_in_words(pair: Pair) -> str:
    """Which labels decide it now."""
    words = []
    for label, was, now in zip((INJECTION, REVISION), injected(pair.before), injected(pair.after), strict=True):
        if was != now:
            words.append(f"{label} goes from {was or 'nothing'} to {now or 'nothing'}")
    return " and ".join(words)
