"""Flux takes variables from a ConfigMap or Secret that does not exist.

Substitution is tried before anything is applied: without that object the Kustomization fails as a whole. It is looked
up in the namespace of the Kustomization, whatever namespace that applies to. Make it there, or say `optional: true`.

Source: <https://fluxcd.io/flux/components/kustomize/kustomizations/#post-build-variable-substitution>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.manifests.pointer import pointer
from bayplan.validation.delivery import FLUX
from bayplan.validation.finding import Severity, Status
from bayplan.validation.flux.variables import named_by
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: apps, namespace: flux-system}
spec:
  interval: 10m
  path: ./apps
  prune: true
  postBuild: {substituteFrom: [{kind: ConfigMap, name: settings}]}
  sourceRef: {kind: GitRepository, name: flux-system}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, namespace: web}
data: {domain: example.com}
# file: apps/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: web, namespace: web}
"""
BAD = f"# file: flux/apps.yaml{BAD}"
GOOD = BAD.replace("name: settings, namespace: web", "name: settings, namespace: flux-system")


@rule(
    "FLX009",
    severity=Severity.SYNC,
    rows=("F6",),
    kinds=(FLUX,),
    fix="make it in the namespace of the Kustomization, or say optional: true",
)
def source_of_variables_is_missing(sync: Manifest, world: World) -> Iterator[Hit]:
    """Look up what must be there. A Secret may have been made by hand."""
    namespace = sync.ref.namespace
    for one in named_by(sync):
        if one.optional or not one.name or world.contents.has(one.kind, namespace, one.name):
            continue
        lack = world.lack(one.kind, namespace, one.name)
        if lack is not None:
            where = pointer("spec", "postBuild", "substituteFrom", one.place)
            told = f"takes variables from {one.kind} {one.name}, which is not in namespace {namespace}{lack.doubt}"
            yield Hit(where, told, Status.UNKNOWN if one.kind == "Secret" else lack.status)
