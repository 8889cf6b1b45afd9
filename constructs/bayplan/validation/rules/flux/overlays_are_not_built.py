"""Overlays and variables are not built, because the program for it is not there.

What kustomize or Flux change on the way is then judged as it stands in its files, and everything that seems wrong with
it is only "unknown". The program is a part of bayplan's checkout and is made by `make tools`; where bayplan is
installed from a package, BAYPLAN_PARTS names the `.cache` of a checkout.

Source: <https://fluxcd.io/flux/components/kustomize/kustomizations/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.delivery import FLUX
from bayplan.validation.finding import Severity, Status
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
  targetNamespace: web
  sourceRef: {kind: GitRepository, name: flux-system}
# file: apps/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: web, namespace: web}
""".lstrip()
GOOD = BAD.replace("  targetNamespace: web\n", "")
WITHOUT = "flux-build"


@rule(
    "FLX020",
    severity=Severity.RISK,
    rows=("F6",),
    kinds=(FLUX,),
    fix="run `make tools` in bayplan's checkout and export BAYPLAN_PARTS=<checkout>/.cache",
)
def overlays_are_not_built(sync: Manifest, world: World) -> Iterator[Hit]:
    """Say it once, on the first Kustomization that would have been built."""
    if world.delivered.unbuilt == sync.ref:
        yield Hit(
            "/spec/path", "is changed on its way, and flux-build, which would show how, is not there", Status.UNKNOWN
        )
