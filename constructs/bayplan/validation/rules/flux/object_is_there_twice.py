"""One object stands in two places.

Whoever applies it last wins, silently. Where two Flux Kustomizations own it, they take it from each other at every
sync; when it leaves the one that has applied it last, pruning deletes it, and it is gone until the other syncs again.
Within one Kustomization the build fails and nothing is applied. Keep one of the two.

Files of different clusters are not compared, and neither are bases and overlays from which kustomization files choose.

Source: <https://fluxcd.io/flux/components/kustomize/kustomizations/#garbage-collection>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.changes import prunes, says
from bayplan.validation.fields import value_at
from bayplan.validation.finding import Severity, Status
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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
    """Report what two apply, and every manifest of an object but the first."""
    owners = world.orders.owners(manifest)
    if len(owners) > 1 and not is_shared(manifest, manifest, owners):
        others = " and ".join(str(one.ref) for one in owners)
        yield Hit("", f"is applied by {others}")
        return
    first, *_ = same = world.inventory.by_ref[manifest.ref]
    if len(same) == 1 or manifest is first or not manifest.ref.name or world.name == "?":
        return
    theirs = world.orders.owners(first)
    if owners and theirs and is_shared(first, manifest, (*theirs, *owners)):
        return
    message = f"stands also in {first.file} line {first.line}" if first.file else "stands there twice"
    if owners and theirs and owners[0].ref != theirs[0].ref:
        message = f"is applied by {owners[0].ref}, and from {first.file} line {first.line} by {theirs[0].ref}"
    if (owners and theirs) or world.together.get(first.file) == world.together.get(manifest.file):
        draft = world.draft_of(first)
        yield Hit("", f"{message}, but {draft}" if draft else message, Status.UNKNOWN if draft else Status.BROKEN)
    elif not world.is_layered:
        yield Hit("", f"{message}, but nothing in this tree says that one cluster gets both", Status.UNKNOWN)


def is_shared(one: Manifest, other: Manifest, owners: Sequence[Manifest]) -> bool:
    """Whether two may apply it: one leaves it alone or stands still, or both say the same and delete nothing."""
    if any(says(each, "ssa", "ignore", "ifnotpresent", "merge") for each in (one, other)):
        return True
    if any(says(each, "reconcile", "disabled") for each in (one, other)):
        return True
    if any(value_at(owner.body, "spec", "suspend") is True for owner in owners):
        return True
    keeps = all(says(each, "prune", "disabled") for each in (one, other))
    return one.body == other.body and (keeps or not any(prunes(owner) for owner in owners))
