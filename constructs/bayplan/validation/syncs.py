"""What Flux applies after what: `dependsOn` of Kustomizations and HelmReleases.

Source: <https://fluxcd.io/flux/components/kustomize/kustomizations/#dependencies>
"""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from bayplan.manifests.pointer import pointer
from bayplan.manifests.ref import Ref
from bayplan.validation.fields import mappings_at, text_at

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bayplan.manifests.manifest import Manifest

SYNC_KINDS = ("Kustomization.kustomize.toolkit.fluxcd.io", "HelmRelease.helm.toolkit.fluxcd.io")


class Dependency(NamedTuple):
    """One thing that must be ready first: always of the same kind."""

    target: Ref
    pointer: str


def dependencies_of(manifest: Manifest) -> tuple[Dependency, ...]:
    """What a Kustomization or HelmRelease waits for; without a namespace its own is meant."""
    ref = manifest.ref
    return tuple(
        Dependency(
            Ref(ref.group, ref.kind, text_at(item, "namespace") or ref.namespace, text_at(item, "name")),
            pointer("spec", "dependsOn", index),
        )
        for index, item in mappings_at(manifest.body, "spec", "dependsOn")
    )


class Syncs:
    """The order of a tree."""

    def __init__(self, by_kind: Mapping[str, tuple[Manifest, ...]]) -> None:
        self._waits_for = {
            manifest.ref: tuple(dependency.target for dependency in dependencies_of(manifest))
            for kind in SYNC_KINDS
            for manifest in by_kind.get(kind, ())
        }

    @cached_property
    def circle_of(self) -> Mapping[Ref, frozenset[Ref]]:
        """Everything that waits for itself, with all that it waits in a circle with."""
        reached = {ref: self._reach(ref) for ref in self._blocked()}
        return {
            ref: frozenset(other for other in reach if ref in reached.get(other, ()))
            for ref, reach in reached.items()
            if ref in reach
        }

    def _blocked(self) -> frozenset[Ref]:
        """What is left when everything that can become ready has become so: the circles and what waits for them."""
        open_targets = {
            ref: {one for one in targets if one in self._waits_for} for ref, targets in self._waits_for.items()
        }
        waiting: dict[Ref, list[Ref]] = defaultdict(list)
        for ref, targets in open_targets.items():
            for target in targets:
                waiting[target].append(ref)
        ready = [ref for ref, targets in open_targets.items() if not targets]
        while ready:
            done = ready.pop()
            del open_targets[done]
            for ref in waiting[done]:
                open_targets[ref].discard(done)
                if not open_targets[ref]:
                    ready.append(ref)
        return frozenset(open_targets)

    def _reach(self, start: Ref) -> frozenset[Ref]:
        seen: set[Ref] = set()
        todo = [*self._waits_for.get(start, ())]
        while todo:
            ref = todo.pop()
            if ref not in seen:
                seen.add(ref)
                todo.extend(self._waits_for.get(ref, ()))
        return frozenset(seen)
