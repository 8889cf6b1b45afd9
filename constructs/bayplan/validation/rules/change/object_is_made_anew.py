"""A change makes Flux delete the object and make it anew.

What the API server does not change, Flux replaces where it was told `force`. Between the two there is no object: a
Deployment's pods all end before the first new one starts, a Service loses its address and its load balancer, a claim
loses its data for good. Look whether that may happen now; if not, keep the old value, or make a second object with
another name.

Source: <https://fluxcd.io/flux/components/kustomize/kustomizations/#force>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.changes import changed, forced
from bayplan.validation.finding import Severity, Status
from bayplan.validation.immutable import KINDS, refused_changes
from bayplan.validation.kinds import kind_of
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BASE = """
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: models
  namespace: chat
  annotations: {kustomize.toolkit.fluxcd.io/force: enabled}
spec:
  accessModes: [ReadWriteMany]
  resources: {requests: {storage: 20Gi}}
"""
BAD = BASE.replace("20Gi", "10Gi")
GOOD = BASE.replace("20Gi", "40Gi")
HARMLESS = frozenset(
    {"Job.batch", "ClusterRoleBinding.rbac.authorization.k8s.io", "RoleBinding.rbac.authorization.k8s.io"}
)
"""Kinds that are forced for just that reason, and of which nobody notices."""


@rule(
    "CHG006",
    severity=Severity.RISK,
    rows=("F8",),
    kinds=tuple(kind for kind in KINDS if kind not in HARMLESS),
    needs_base=True,
    fix="Look whether the object may be gone for a moment, with all that hangs on it; if not, keep the old value",
)
def object_is_made_anew(manifest: Manifest, world: World) -> Iterator[Hit]:
    """Yield every change for which Flux replaces the object."""
    for before, draft in changed(manifest, world):
        if not forced(world, manifest):
            return
        for change in refused_changes(kind_of(manifest), before.body, manifest.body):
            doubt = draft or change.doubt
            yield Hit(
                change.pointer,
                f"{change.what} cannot change, so that the object is deleted and made anew{doubt and f', but {doubt}'}",
                Status.UNKNOWN if doubt else Status.BROKEN,
            )
