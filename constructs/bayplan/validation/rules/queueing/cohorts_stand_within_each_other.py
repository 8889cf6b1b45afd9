"""Cohorts stand within each other.

A cohort that is, over its parents, within itself has no outermost one: Kueue makes every queue in it inactive, and
their jobs wait for ever. Take one `parentName` away.

Source: <https://kueue.sigs.k8s.io/docs/concepts/cohort/#hierarchical-cohorts>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.fields import text_at
from bayplan.validation.finding import Severity
from bayplan.validation.queues import GROUP, found
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: kueue.x-k8s.io/v1beta2
kind: Cohort
metadata: {name: vision}
spec: {parentName: everybody}
---
apiVersion: kueue.x-k8s.io/v1beta2
kind: Cohort
metadata: {name: everybody}
spec: {parentName: vision}
"""
GOOD = BAD.replace("spec: {parentName: vision}", "spec: {}")
COHORT = f"Cohort.{GROUP}"


@rule("QUE013", severity=Severity.DOWN, rows=("G5",), kinds=(COHORT,), fix="take one parentName of the circle away")
def cohorts_stand_within_each_other(cohort: Manifest, world: World) -> Iterator[Hit]:
    """Go up from parent to parent until nobody is above, or the cohort itself comes again."""
    path = [cohort.ref.name]
    above: Manifest | None = cohort
    while above and (parent := text_at(above.body, "spec", "parentName")):
        if parent == cohort.ref.name:
            circle = " within ".join([*path, parent])
            yield Hit("/spec/parentName", f"is within itself: {circle}; no job of their queues is admitted")
            return
        if parent in path:
            return
        path.append(parent)
        above = found(world, COHORT, "", parent)
