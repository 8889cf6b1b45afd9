"""A variable turns text into a number or a truth value.

Flux substitutes in the text of the finished YAML, after kustomize has written it without needless quotes: `"${PORT}"`
becomes `8080`, which is a number, and labels, annotations, environment variables and the data of a ConfigMap must be
text. The API server refuses the object, and with it the whole Kustomization. Put the quotes into the value of the
variable, or something around it that keeps it text.

Source: <https://fluxcd.io/flux/components/kustomize/kustomizations/#post-build-variable-substitution>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.finding import Severity
from bayplan.validation.flux.built import Built
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
  postBuild: {substitute: {port: "8080"}}
  sourceRef: {kind: GitRepository, name: flux-system}
# file: apps/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: web, namespace: web}
data:
  port: "${port}"
""".lstrip()
GOOD = BAD.replace('"8080"', "'\"8080\"'")
NEEDS = "flux-build"


@rule(
    "FLX006",
    severity=Severity.SYNC,
    rows=("F5",),
    fix="quote within the variable's value: '\"8080\"'",
)
def variable_changes_the_type(manifest: Manifest, world: World) -> Iterator[Hit]:  # noqa: ARG001 - the shape of a rule
    """Tell every place that must be text and is none any more."""
    if isinstance(manifest, Built):
        for place, what in sorted(manifest.retyped.items()):
            yield Hit(place, f"is {what} after {manifest.sync.ref} has substituted its variables, and must be text")
