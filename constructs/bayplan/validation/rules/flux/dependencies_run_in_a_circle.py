"""Flux waits in a circle.

Each of them waits until another is ready, which waits for it in turn: none is ever applied, and neither is what waits
for one of them. Take one `dependsOn` out, or move what both need into a third.

Source: <https://fluxcd.io/flux/components/kustomize/kustomizations/#dependencies>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.fields import mappings_at, text_at
from bayplan.validation.finding import Severity, Status
from bayplan.validation.rule import Hit, rule
from bayplan.validation.syncs import SYNC_KINDS, dependencies_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: chat, namespace: chat}
spec:
  interval: 1h
  dependsOn: [{name: search}]
  chartRef: {kind: OCIRepository, name: chat}
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: search, namespace: chat}
spec:
  interval: 1h
  dependsOn: [{name: chat}]
  chartRef: {kind: OCIRepository, name: search}
"""
GOOD = BAD.replace("  dependsOn: [{name: chat}]\n", "")


@rule("FLX003", severity=Severity.SYNC, rows=("F2",), kinds=SYNC_KINDS, fix="take one dependsOn out of the circle")
def dependencies_run_in_a_circle(sync: Manifest, world: World) -> Iterator[Hit]:
    """Report what closes a circle through this object."""
    circle = world.syncs.circle_of.get(sync.ref, frozenset())
    for dependency in dependencies_of(sync):
        if dependency.target in circle:
            others = ", ".join(str(ref) for ref in sorted(circle - {sync.ref}))
            told = f"waits for {dependency.target}, which waits for it" if others else "waits for itself"
            told += f" (in the circle: {others})" if len(circle) > 2 else ""
            if any(has_own_words(one) for ref in circle for one in world.inventory.by_ref.get(ref, ())):
                told += ", but a readyExpr may be true before that is ready"
                yield Hit(dependency.pointer, told, Status.UNKNOWN)
            else:
                yield Hit(dependency.pointer, told)


def has_own_words(sync: Manifest) -> bool:
    """Whether it says itself when something that it waits for is ready: by CEL, in place of the condition."""
    return any(text_at(item, "readyExpr") for _, item in mappings_at(sync.body, "spec", "dependsOn"))
