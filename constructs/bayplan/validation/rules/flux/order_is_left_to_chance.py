"""Nothing says that an object is applied after what it cannot be without.

One Kustomization brings the Namespace or the definition of the kind, another the object, and neither waits for the
other. On a running cluster all is well. On a new one the second fails as long as it comes first, and is tried again
after its retry interval, which is its interval (often an hour) where nobody set it. Add `dependsOn`.

Source: <https://fluxcd.io/flux/components/kustomize/kustomizations/#dependencies>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.finding import Confidence, Severity
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
# file: flux/syncs.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: platform, namespace: flux-system}
spec:
  interval: 10m
  path: ./platform
  prune: true
  sourceRef: {kind: GitRepository, name: flux-system}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: apps, namespace: flux-system}
spec:
  interval: 10m
  path: ./apps
  prune: true
  sourceRef: {kind: GitRepository, name: flux-system}
# file: platform/namespaces.yaml
apiVersion: v1
kind: Namespace
metadata: {name: web}
# file: apps/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: web, namespace: web}
""".lstrip()
GOOD = BAD.replace("  path: ./apps\n", "  path: ./apps\n  dependsOn: [{name: platform}]\n")


@rule(
    "FLX016",
    severity=Severity.RISK,
    confidence=Confidence.MEDIUM,
    rows=("F3",),
    fix="let the Kustomization of the object depend on the other",
)
def order_is_left_to_chance(manifest: Manifest, world: World) -> Iterator[Hit]:
    """Compare who applies an object with who applies its namespace and its kind; the first object speaks for all."""
    for trouble in world.orders.troubles.get(id(manifest), ()):
        if not trouble.is_certain and world.orders.is_first(manifest, trouble):
            told = (
                f"is applied by {trouble.own}, and {trouble.need.what} by {trouble.theirs}: nothing says which is first"
            )
            yield Hit(trouble.need.pointer, told)
