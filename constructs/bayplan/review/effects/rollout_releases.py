"""Helm releases that are upgraded: what their charts make of it is not in the tree.

Source: <https://fluxcd.io/flux/components/helm/helmreleases/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.manifests.ref import Ref
from bayplan.review.effects.effect import effect
from bayplan.review.effects.rollout_reasons import pointed, reason
from bayplan.review.review import Effect, Part, Topic, Weight
from bayplan.validation.changes import is_left_alone
from bayplan.validation.fields import mapping_at, mappings_at, text_at, value_at
from bayplan.validation.kinds import kind_of
from bayplan.validation.once import once

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bayplan.manifests.manifest import Manifest
    from bayplan.review.comparison import Comparison
    from bayplan.validation.world import World

RELEASE = "HelmRelease.helm.toolkit.fluxcd.io"
CHOSEN = ("/spec/values", "/spec/valuesFrom", "/spec/chart", "/spec/chartRef", "/spec/postRenderers")
UNSEEN = "what its chart makes of it is not in this tree"


def effects(comparison: Comparison) -> Iterator[Effect]:
    """Every release whose chart or values are other ones."""
    told: set[Ref] = set()
    for pair in comparison.changed:
        if kind_of(pair.after) == RELEASE and not is_idle(pair.after):
            parts = tuple(one for one in pair.parts if f"{one.pointer}/".startswith(tuple(f"{at}/" for at in CHOSEN)))
            if parts:
                told.add(pair.after.ref)
                yield upgrade(comparison, pair.after, parts, reason(parts))
    for pair in comparison.changed:
        for release in readers(comparison.head).get(pair.after.ref, ()):
            spec = tuple(one for one in pair.parts if not one.pointer.startswith("/metadata"))
            if release.ref not in told and comparison.before(release) is not None and spec:
                told.add(release.ref)
                yield upgrade(comparison, release, (), f"{pair.after.ref}, which it takes from, has changed")


def is_idle(release: Manifest) -> bool:
    """Whether Flux does nothing about it."""
    return value_at(release.body, "spec", "suspend") is True or is_left_alone(release)


def upgrade(comparison: Comparison, release: Manifest, parts: tuple[Part, ...], why: str) -> Effect:
    """A release that goes to its next revision."""
    chart = any(one.pointer.startswith("/spec/chart") for one in parts)
    return effect(
        comparison.head,
        release,
        "release-upgraded",
        topic=Topic.ROLLOUT,
        weight=Weight.ATTENTION,
        says=f"is upgraded{' to another chart' if chart else ''}: pods roll whose templates change with it",
        pointer=pointed(parts),
        why=why,
        doubt=UNSEEN,
    )


@once
def readers(world: World) -> Mapping[Ref, list[Manifest]]:
    """Charts, ConfigMaps and Secrets to the releases that take from them."""
    found: dict[Ref, list[Manifest]] = {}
    for release in world.by_kind.get(RELEASE, ()):
        if is_idle(release):
            continue
        space = release.ref.namespace
        chart = mapping_at(release.body, "spec", "chartRef")
        if chart:
            group = "source.toolkit.fluxcd.io"
            ref = Ref(group, text_at(chart, "kind"), text_at(chart, "namespace") or space, text_at(chart, "name"))
            found.setdefault(ref, []).append(release)
        for _, one in mappings_at(release.body, "spec", "valuesFrom"):
            found.setdefault(Ref("", text_at(one, "kind"), space, text_at(one, "name")), []).append(release)
    return found
