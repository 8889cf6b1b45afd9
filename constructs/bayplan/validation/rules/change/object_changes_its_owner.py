"""An object moves from one Flux Kustomization to another, and the first one may delete it.

Both reconcile on their own. Where the new owner is first, it puts its labels on the object, and the old one leaves it
alone. Where the old owner is first, it prunes the object: what runs goes down, data go with it, and the new owner makes
it anew from nothing. Move it in two commits: first annotate it with `kustomize.toolkit.fluxcd.io/prune: disabled`, then
move it; or let the old Kustomization depend on the new one.

Source: <https://fluxcd.io/flux/components/kustomize/kustomizations/#prune>,
<https://fluxcd.io/flux/faq/#how-to-safely-move-resources-from-one-dir-to-another>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.changes import prunes, says
from bayplan.validation.finding import Severity, Status
from bayplan.validation.kinds import kind_of
from bayplan.validation.rule import Hit, rule
from bayplan.validation.syncs import SYNC_KINDS, dependencies_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

SYNCS = """
# file: flux/syncs.yaml
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: flux-system, namespace: flux-system}
spec: {interval: 1m, url: "https://git.example.com/a/b"}
---
apiVersion: v1
kind: Namespace
metadata: {name: flux-system}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: apps, namespace: flux-system}
spec: {interval: 10m, path: ./apps, prune: true, sourceRef: {kind: GitRepository, name: flux-system}}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: infra, namespace: flux-system}
spec: {interval: 10m, path: ./infra, prune: true, sourceRef: {kind: GitRepository, name: flux-system}}
""".lstrip()
OTHER = """apiVersion: v1
kind: ConfigMap
metadata: {name: other-{}, namespace: flux-system}
data: {a: b}
"""
MOVED = """---
apiVersion: v1
kind: ConfigMap
metadata: {name: web, namespace: flux-system}
data: {greeting: hello}
"""
APPS, INFRA = (f"# file: {name}/all.yaml\n{OTHER.replace('{}', name)}" for name in ("apps", "infra"))
BASE = f"{SYNCS}{APPS}{MOVED}{INFRA}"
BAD = f"{SYNCS}{APPS}{INFRA}{MOVED}"
GOOD = BAD.replace("path: ./apps, prune: true", "path: ./apps, prune: true, dependsOn: [{name: infra}]")


@rule(
    "CHG004",
    severity=Severity.SYNC,
    rows=("F7",),
    needs_base=True,
    fix="Annotate it with kustomize.toolkit.fluxcd.io/prune: disabled in a commit before it moves",
)
def object_changes_its_owner(manifest: Manifest, world: World) -> Iterator[Hit]:
    """Yield an object whose old owner prunes and may reconcile before the new one."""
    changes = world.changes
    before = changes.before(manifest) if changes else None
    if changes is None or before is None or kind_of(manifest) in SYNC_KINDS:
        return
    old, new = changes.applied_before.get(id(before)), changes.applied.get(id(manifest))
    if old is None or new is None or old.ref == new.ref or not prunes(old):
        return
    now = world.inventory.by_ref.get(old.ref, ())
    if now and (not prunes(now[0]) or any(one.target == new.ref for one in dependencies_of(now[0]))):
        return
    if says(before, "prune", "disabled") or says(before, "reconcile", "disabled"):
        return
    doubt = changes.doubt(before)
    yield Hit(
        "",
        f"goes from {old.ref} to {new.ref}: the first one may delete it before the second takes it"
        f"{doubt and f', but {doubt}'}",
        Status.UNKNOWN if doubt else Status.BROKEN,
    )
