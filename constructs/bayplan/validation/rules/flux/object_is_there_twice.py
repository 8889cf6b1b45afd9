"""One object stands in two places.

Whoever applies it last wins, silently. Where two Flux Kustomizations own it, they take it from each other at every
sync; when it leaves the one that has applied it last, pruning deletes it, and it is gone until the other syncs again.
Within one Kustomization the build fails and nothing is applied. Keep one of the two.

Files of different clusters are not compared, and neither are bases and overlays from which kustomization files choose.

Source: <https://fluxcd.io/flux/components/kustomize/kustomizations/#garbage-collection>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.finding import Severity, Status
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: v1
kind: ConfigMap
metadata: {name: chat, namespace: chat}
data: {model: tiny}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: chat, namespace: chat}
data: {model: large}
"""
GOOD = BAD.replace("name: chat,", "name: chat-large,", 1)


@rule("FLX001", severity=Severity.SYNC, rows=("F1",), fix="keep one of the two, or give one another name or namespace")
def object_is_there_twice(manifest: Manifest, world: World) -> Iterator[Hit]:
    """Report every manifest of an object but the first."""
    first, *_ = same = world.inventory.by_ref[manifest.ref]
    if len(same) == 1 or manifest is first or not manifest.ref.name:
        return
    message = f"stands also in {first.file} line {first.line}" if first.file else "stands there twice"
    if world.together.get(first.file) == world.together.get(manifest.file):
        draft = world.draft_of(first)
        yield Hit("", f"{message}, but {draft}" if draft else message, Status.UNKNOWN if draft else Status.BROKEN)
    elif not world.is_layered:
        yield Hit("", f"{message}, but nothing in this tree says that one cluster gets both", Status.UNKNOWN)
