"""A CustomResourceDefinition loses a version that objects are stored in.

The API server keeps a list of every version that objects were ever stored in (`status.storedVersions`) and refuses a
definition without one of them, since it could not read those objects any more. The sync of the whole Kustomization
fails. Keep the version with `served: false`, write all objects anew, take the version out of the status, and only then
out of the definition.

Source: <https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definition-versioning/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.changes import changed
from bayplan.validation.fields import mappings_at, text_at
from bayplan.validation.finding import Confidence, Severity, Status
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
  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}
"""
BAD = BASE.replace("name: v1,", "name: v2,")
GOOD = BASE.replace(
    "  - {name: v1, served: true, storage: true,",
    "  - {name: v2, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}\n"
    "  - {name: v1, served: false, storage: false,",
)


@rule(
    "CHG007",
    severity=Severity.SYNC,
    rows=("F8",),
    confidence=Confidence.MEDIUM,
    kinds=("CustomResourceDefinition.apiextensions.k8s.io",),
    needs_base=True,
    fix="Keep the version with served: false until every object is stored in another one",
)
def stored_version_is_removed(definition: Manifest, world: World) -> Iterator[Hit]:
    """Yield the version in which the earlier revision stored objects, if it is gone."""
    for before, doubt in changed(definition, world):
        kept = {text_at(version, "name") for _, version in mappings_at(definition.body, "spec", "versions")}
        for _, version in mappings_at(before.body, "spec", "versions"):
            name = text_at(version, "name")
            if version.get("storage") is True and name not in kept:
                yield Hit(
                    "/spec/versions",
                    f"{name} is gone, in which objects are stored{doubt and f', but {doubt}'}",
                    Status.UNKNOWN if doubt else Status.BROKEN,
                )
