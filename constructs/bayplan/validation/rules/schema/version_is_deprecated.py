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
apiVersion: kueue.x-k8s.io/v1beta1
kind: ResourceFlavor
metadata: {name: general}
"""
GOOD = BAD.replace("v1beta1", "v1beta2")


@rule("SCH006", severity=Severity.RISK, rows=("D1",), fix="move to the version that is named")
def version_is_deprecated(manifest: Manifest, world: World) -> Iterator[Hit]:
    """Tell which versions end."""
    for hit in world.verdicts.of(manifest, "SCH006"):
        doubt = world.verdicts.doubt_of_version(manifest, world.cluster)
        yield Hit(hit.pointer, f"{hit.message} ({doubt})", Status.UNKNOWN) if doubt else hit
