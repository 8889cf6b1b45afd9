"""A variable that Flux is to substitute has no value.

Since Flux 2.9 substitution is strict: where a Kustomization has variables at all, one `${NAME}` without a value or a
default makes the whole build fail, and nothing is applied. Scripts, dashboards and alert templates are full of such
words. Set the variable, give it a default (`${NAME:=value}`), write `$${NAME}` where it is meant literally, or annotate
the object with `kustomize.toolkit.fluxcd.io/substitute: disabled`.

Source: <https://fluxcd.io/flux/components/kustomize/kustomizations/#post-build-variable-substitution>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.finding import Severity, Status
from bayplan.validation.flux.built import Built
from bayplan.validation.flux.strictness import leniency
from bayplan.validation.flux.words import place_of_variable
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
  postBuild: {substitute: {domain: example.com}}
  sourceRef: {kind: GitRepository, name: flux-system}
# file: apps/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: web, namespace: web}
data:
  url: https://${domain}
  start.sh: exec web --home ${HOME}
""".lstrip()
GOOD = BAD.replace("${HOME}", "$${HOME}")
NEEDS = "flux-build"


@rule(
    "FLX005",
    severity=Severity.SYNC,
    rows=("F5",),
    fix="set the variable in postBuild, give it a default, or escape it as $${...}",
)
def variable_is_not_set(manifest: Manifest, world: World) -> Iterator[Hit]:
    """Tell what substitution said of the object."""
    if isinstance(manifest, Built) and manifest.wrong:
        name, place = place_of_variable(manifest.body, manifest.wrong)
        if name and (doubt := leniency(world)):
            yield Hit(place, f"uses ${{{name}}}, which {manifest.sync.ref} does not set, but {doubt}", Status.UNKNOWN)
        elif name:
            yield Hit(place, f"uses ${{{name}}}, which {manifest.sync.ref} does not set: nothing of it is applied")
        else:
            yield Hit(place, f"cannot be substituted: {manifest.wrong}")
