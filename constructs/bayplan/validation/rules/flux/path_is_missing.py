"""A Flux Kustomization applies a folder that does not exist.

It stays at "kustomization path not found" and applies nothing; what was applied before stays as it was, and no change
reaches the cluster. The path begins at the root of the source. Correct it, or move the folder back.

Source: <https://fluxcd.io/flux/components/kustomize/kustomizations/#path>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.delivery import FLUX
from bayplan.validation.fields import is_variable, text_at
from bayplan.validation.finding import Severity
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
# file: flux/apps.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: apps, namespace: flux-system}
spec:
  interval: 10m
  path: ./apps
  prune: true
  sourceRef: {kind: GitRepository, name: flux-system}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: databases, namespace: flux-system}
spec:
  interval: 10m
  path: ./database
  prune: true
  sourceRef: {kind: GitRepository, name: flux-system}
# file: apps/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: web, namespace: web}
# file: databases/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: database, namespace: web}
""".lstrip()
GOOD = BAD.replace("./database\n", "./databases\n")


@rule(
    "FLX007",
    severity=Severity.SYNC,
    rows=("F6",),
    kinds=(FLUX,),
    fix="write the path from the root of the source to a folder that is there",
)
def path_is_missing(sync: Manifest, world: World) -> Iterator[Hit]:
    """Look for the folder where others from the same source are found."""
    path = text_at(sync.body, "spec", "path")
    if world.delivery is not None and not is_variable(path) and world.delivery.is_missing(sync):
        yield Hit("/spec/path", f"applies {path}, which is not in this tree as other paths of its source are")
