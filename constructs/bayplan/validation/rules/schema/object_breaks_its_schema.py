"""An object breaks the schema of its kind.

The API server refuses it, and with one refused object Flux applies nothing of the whole Kustomization but its
namespaces, which come first. A field that it does not know is refused in a custom resource; in a built-in kind it is
dropped, and Flux reports success. Compare the field with the reference of its kind and version.

Source: <https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.finding import Severity
from bayplan.validation.rule import Hit, rule
from bayplan.validation.schema.leeway import leeway

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: v1
kind: Service
metadata: {name: chat, namespace: chat}
spec:
  ports: [{name: http, port: "80"}]
"""
GOOD = BAD.replace('"80"', "80")


@rule("SCH001", severity=Severity.SYNC, fix="write the field as the reference of its kind and version has it")
def object_breaks_its_schema(manifest: Manifest, world: World) -> Iterator[Hit]:
    """Tell what the schema says, where the cluster has no other."""
    for hit in world.verdicts.of(manifest, "SCH001"):
        left = leeway(manifest, hit, world)
        if left is not None:
            yield left
