"""A Flux Kustomization cannot be built.

kustomize-controller builds the whole path before it applies anything of it: one listed file that is not there, a patch
that meets no object or one object twice, and nothing of it is applied any more, on any of its syncs. Everything that
waits for it stands still as well. `kustomize build` on the path says the same.

Source: <https://fluxcd.io/flux/components/kustomize/kustomizations/#kustomization-status>
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

SYNC = """
# file: flux/apps.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: apps, namespace: flux-system}
spec:
  interval: 10m
  path: ./apps
  prune: true
  sourceRef: {kind: GitRepository, name: flux-system}
# file: apps/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: web, namespace: web}
data: {greeting: hello}
# file: apps/kustomization.yaml
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources: [settings.yaml, more.yaml]
""".lstrip()
BAD = SYNC
GOOD = SYNC.replace(", more.yaml", "")
NEEDS = "flux-build"


@rule(
    "FLX004",
    severity=Severity.SYNC,
    rows=("F6", "F9"),
    kinds=(FLUX,),
    fix="run `kustomize build` on its path and mend what it names",
)
def kustomization_cannot_be_built(sync: Manifest, world: World) -> Iterator[Hit]:
    """Tell what the build said, unless the file that it names is told already."""
    failure = world.delivered.failures.get(sync.ref)
    if failure is None or failure.why in ("remote", "outside"):
        return  # a gap, of which rules know that anything may come from there
    if failure.why != "build":
        yield Hit("/spec/path", "takes too long or too much to be built here", Status.UNKNOWN)
        return
    told = any(gap.removesuffix(" cannot be read") in failure.error for gap in world.gaps if gap.endswith(" be read"))
    if not told:
        yield Hit("/spec/path", f"cannot be built: {shortened(failure.error)}")


def shortened(error: str) -> str:
    """What a build said, without the objects that it repeats: they may be Secrets."""
    first = error.removeprefix("kustomize build failed: ").partition("\n")[0]
    return first.partition("{")[0][:300].strip(" :'")
