"""No schema is known for an object.

Nothing can be said about its fields; it was not checked, and that is no pass. If the kind is real, its schema belongs
into `schemas/`; a group, version or kind that is only misspelt is never applied.

Source: <https://kubernetes.io/docs/concepts/extend-kubernetes/api-extension/custom-resources/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.finding import Severity
from bayplan.validation.kinds import kind_of
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: example.com/v1
kind: Chatter
metadata: {name: chat, namespace: chat}
"""
GOOD = BAD.replace("example.com/v1", "v1").replace("Chatter", "ConfigMap")


@rule("SCH002", severity=Severity.RISK, fix="correct apiVersion and kind, or add the schema of the kind to schemas/")
def schema_is_not_known(manifest: Manifest, world: World) -> Iterator[Hit]:
    """Tell which kinds could not be checked: of many objects of one kind, the first speaks for all."""
    for hit in world.verdicts.of(manifest, "SCH002"):
        same = world.by_kind[kind_of(manifest)]
        version = manifest.body.get("apiVersion")
        first = next(one for one in same if one.body.get("apiVersion") == version)
        if first is manifest:
            more = sum(one.body.get("apiVersion") == version for one in same) - 1
            yield hit._replace(message=hit.message + (f" ({more} more objects of it)" if more else ""))
