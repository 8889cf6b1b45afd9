"""What becomes of a volume when its claim goes: `persistentVolumeReclaimPolicy`, which its class decides.

Source: <https://kubernetes.io/docs/concepts/storage/persistent-volumes/#reclaiming>
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bayplan.manifests.ref import Ref
from bayplan.validation.fields import annotation, text_at
from bayplan.validation.storage import CLASS, class_of

if TYPE_CHECKING:
    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

DEFAULT = ("storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class")


class Reclaim(NamedTuple):
    """What happens to the volume."""

    policy: str
    """`Delete`, `Retain`; "" where the tree does not say it."""
    why: str


def reclaim_of(world: World, claim: Manifest) -> Reclaim:
    """Of the claim's own volume where the tree has it; else of its class."""
    name = text_at(claim.body, "spec", "volumeName")
    volumes = world.inventory.by_ref.get(Ref("", "PersistentVolume", "", name), ())
    if volumes:
        policy = text_at(volumes[0].body, "spec", "persistentVolumeReclaimPolicy") or "Retain"
        return Reclaim(policy, f"PersistentVolume {name} has reclaimPolicy {policy}")
    asked = class_of(claim.body)
    if not asked and claim.body.get("spec", {}).get("storageClassName") == "":
        return Reclaim("", "it is bound to a volume that is not in this tree")
    found = class_named(world, asked)
    if found is None:
        what = f"StorageClass {asked}" if asked else "the default StorageClass"
        return Reclaim("", f"most classes delete the volume then, and {what} is not in this tree")
    policy = text_at(found.body, "reclaimPolicy") or "Delete"
    return Reclaim(policy, f"StorageClass {found.ref.name} has reclaimPolicy {policy}")


def class_named(world: World, name: str) -> Manifest | None:
    """A class of the tree; the default one for no name."""
    for one in world.by_kind.get(CLASS, ()):
        if one.ref.name == name or (not name and any(annotation(one.body, word) == "true" for word in DEFAULT)):
            return one
    return None
