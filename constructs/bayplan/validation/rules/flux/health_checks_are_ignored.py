"""Health checks are listed, and Flux does not look at them.

With `wait: true` a Kustomization waits for all that it applies, and for nothing else: `healthChecks` are ignored, also
those of objects that it does not apply itself, such as what a HelmRelease of it makes. Take one of the two out.

Source: <https://fluxcd.io/flux/components/kustomize/kustomizations/#wait>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.delivery import FLUX
from bayplan.validation.fields import value_at
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
  wait: true
  healthChecks: [{apiVersion: v1, kind: ConfigMap, name: web, namespace: web}]
  sourceRef: {kind: GitRepository, name: flux-system}
# file: apps/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: web, namespace: web}
""".lstrip()
GOOD = BAD.replace("  wait: true\n", "")


@rule(
    "FLX012",
    severity=Severity.RISK,
    rows=("F6",),
    kinds=(FLUX,),
    fix="take out healthChecks, or wait: true if only they are to be waited for",
)
def health_checks_are_ignored(sync: Manifest, world: World) -> Iterator[Hit]:  # noqa: ARG001 - the shape of a rule
    """Report a list that nobody reads."""
    if value_at(sync.body, "spec", "wait") is True and value_at(sync.body, "spec", "healthChecks"):
        yield Hit("/spec/healthChecks", "are ignored because of wait: true")
