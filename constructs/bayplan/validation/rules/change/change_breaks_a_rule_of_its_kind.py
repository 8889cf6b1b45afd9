"""A change is refused by a rule of its kind that compares with what was before.

Definitions of custom kinds hold rules in CEL, and some of them name `oldSelf`: a field that never changes, a size that
only grows, a mode that goes one way. The object is well by itself, so that every check of one revision passes; the API
server refuses the update, and Flux applies nothing of that Kustomization. Keep the old value, or make a new object with
another name.

Source: <https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#transition-rules>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.changes import changed, forced
from bayplan.validation.finding import Severity, Status
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BASE = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: trains.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Train, listKind: TrainList, plural: trains, singular: train}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          apiVersion: {type: string}
          kind: {type: string}
          metadata: {type: object}
          spec:
            type: object
            properties:
              gauge:
                type: integer
                x-kubernetes-validations: [{rule: self == oldSelf, message: the gauge never changes}]
---
apiVersion: example.com/v1
kind: Train
metadata: {name: night, namespace: lines}
spec: {gauge: 1435}
"""
BAD = BASE.replace("1435", "1668")
GOOD = BASE.replace("name: night,", "name: night, labels: {colour: blue},")


@rule(
    "CHG008",
    severity=Severity.SYNC,
    rows=("F8",),
    needs_base=True,
    fix="keep the old value, or make a new object with another name",
)
def change_breaks_a_rule_of_its_kind(manifest: Manifest, world: World) -> Iterator[Hit]:
    """Yield every rule of the kind that does not admit this step."""
    for before, draft in changed(manifest, world):
        if forced(world, manifest):
            return
        for hit in world.verdicts.of_step(manifest, before):
            doubt = draft if hit.status is Status.BROKEN else ""
            yield Hit(hit.pointer, hit.message + (doubt and f", but {doubt}"), Status.UNKNOWN if doubt else hit.status)
