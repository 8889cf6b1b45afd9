"""A change is refused by the API server: the field stays as it was when the object was made.

Selectors, templates of claims, the address of a Service, the role of a binding, what an immutable ConfigMap holds: the
API server answers "field is immutable", and Flux applies nothing of that Kustomization any more, this object and all
others in it. Every schema check passes, since each revision is well by itself. Keep the old value, make a new object
with a new name, or, where losing the old one for a moment does not hurt, let Flux replace it with
`kustomize.toolkit.fluxcd.io/force: enabled`.

Source: <https://github.com/kubernetes/kubernetes/tree/v1.37.0/pkg/apis>,
<https://fluxcd.io/flux/components/kustomize/kustomizations/#force>
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
metadata: {name: models, namespace: chat}
spec:
  accessModes: [ReadWriteMany]
  resources: {requests: {storage: 20Gi}}
"""
BAD = BASE.replace("20Gi", "10Gi")
GOOD = BASE.replace("20Gi", "40Gi")


@rule(
    "CHG005",
    severity=Severity.SYNC,
    rows=("F8",),
    kinds=KINDS,
    needs_base=True,
    fix="Keep the old value, or make a new object with another name and remove this one later",
)
def field_cannot_change(manifest: Manifest, world: World) -> Iterator[Hit]:
    """Yield every change of an object that the API server refuses."""
    for before, draft in changed(manifest, world):
        if forced(world, manifest):
            return
        for change in refused_changes(kind_of(manifest), before.body, manifest.body):
            doubt = draft or change.doubt
            yield Hit(
                change.pointer,
                f"{change.what} cannot change once the object is there{doubt and f', but {doubt}'}",
                Status.UNKNOWN if doubt else Status.BROKEN,
            )
