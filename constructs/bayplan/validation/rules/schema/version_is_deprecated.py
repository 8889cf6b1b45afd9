"""The version of an object is deprecated.

It is still served, and everything works. After one of the next upgrades of the cluster or of the controller it
will not be, and then the object cannot be applied. Move to the version that is named while there is
time; fields may move with it.

Source: <https://kubernetes.io/docs/reference/using-api/deprecation-guide/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.finding import Severity, Status
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: chats.example.com}
spec:
  group: example.com
  names: {kind: Chat, plural: chats}
  scope: Cluster
  versions:
  - {name: v1beta1, served: true, storage: false, deprecated: true, schema: {openAPIV3Schema: {type: object}}}
  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}
---
apiVersion: example.com/v1beta1
kind: Chat
metadata: {name: chat}
"""
GOOD = BAD.replace("example.com/v1beta1", "example.com/v1")


@rule("SCH006", severity=Severity.RISK, rows=("D1",), fix="move to the version that is named")
def version_is_deprecated(manifest: Manifest, world: World) -> Iterator[Hit]:
    """Tell which versions end."""
    for hit in world.verdicts.of(manifest, "SCH006"):
        doubt = world.verdicts.doubt_of_version(manifest, world.cluster)
        yield Hit(hit.pointer, f"{hit.message} ({doubt})", Status.UNKNOWN) if doubt else hit
