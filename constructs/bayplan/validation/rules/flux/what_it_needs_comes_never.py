"""Flux is to apply an object before what it cannot be without, which waits for it.

The API server refuses an object of a kind that is not defined yet, and one in a namespace that is not there yet. Here
the Kustomization that brings the definition or the Namespace waits for the very one that needs it: a new cluster never
comes up, and nobody sees that on an old one. Turn the order round, or put both into one Kustomization: there Flux
applies Namespaces and definitions first and waits for them.

Source: <https://fluxcd.io/flux/components/kustomize/kustomizations/#dependencies>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.finding import Severity
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
  dependsOn: [{name: platform}]
  sourceRef: {kind: GitRepository, name: flux-system}
# file: platform/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: web, namespace: web}
# file: apps/namespaces.yaml
apiVersion: v1
kind: Namespace
metadata: {name: web}
""".lstrip()
GOOD = BAD.replace("  dependsOn: [{name: platform}]\n", "").replace(
    "  path: ./platform\n", "  path: ./platform\n  dependsOn: [{name: apps}]\n"
)


@rule(
    "FLX015",
    severity=Severity.SYNC,
    rows=("F3",),
    fix="turn dependsOn round, or put both into one Kustomization",
)
def what_it_needs_comes_never(manifest: Manifest, world: World) -> Iterator[Hit]:
    """Compare who applies an object with who applies its namespace and its kind."""
    for trouble in world.orders.troubles.get(id(manifest), ()):
        if trouble.is_certain:
            told = f"is applied by {trouble.own}, but {trouble.need.what} by {trouble.theirs}, which waits for that"
            yield Hit(trouble.need.pointer, told)
