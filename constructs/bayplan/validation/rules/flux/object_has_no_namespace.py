"""An object that must lie in a namespace names none.

kubectl would take the one that its user has chosen; Flux has none to take and stops with "namespace not specified", and
nothing of the Kustomization is applied. Write the namespace, or set `targetNamespace` on the Kustomization or
`namespace` in its kustomization.yaml.

Source: <https://fluxcd.io/flux/components/kustomize/kustomizations/#target-namespace>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.fields import text_at
from bayplan.validation.finding import Severity
from bayplan.validation.flux.scope import is_namespaced
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
# file: platform/namespaces.yaml
apiVersion: v1
kind: Namespace
metadata: {name: web}
# file: apps/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: web}
""".lstrip()
GOOD = BAD.replace("{name: web}\n", "{name: web, namespace: web}\n").replace(", namespace: web", "", 1)


@rule(
    "FLX014",
    severity=Severity.SYNC,
    rows=("F4",),
    fix="write metadata.namespace, or set targetNamespace on the Kustomization",
)
def object_has_no_namespace(manifest: Manifest, world: World) -> Iterator[Hit]:
    """Report objects that Flux applies without a namespace."""
    if manifest.ref.namespace or not manifest.ref.name or id(manifest) not in world.delivered.owners:
        return
    if is_namespaced(manifest, world):
        owners = [one for one in world.orders.owners(manifest) if not text_at(one.body, "spec", "targetNamespace")]
        for owner in owners[:1]:
            yield Hit("/metadata", f"has no namespace, and {owner.ref}, which applies it, gives it none")
