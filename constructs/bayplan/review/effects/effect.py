"""Making effects: where they come from is the same for all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.review.review import Effect, Topic, Weight
from bayplan.validation.flux.place import place_of

if TYPE_CHECKING:
    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World


def effect(  # the fields of an Effect that every finder says, and those that some say
    world: World,
    manifest: Manifest,
    code: str,
    *,
    topic: Topic,
    weight: Weight,
    says: str,
    pointer: str = "",
    why: str = "",
    fix: str = "",
    doubt: str = "",
    pods: int = 0,
    pods_down: int = 0,
) -> Effect:
    """An effect on an object of a world: of the head, or of the base where the object is gone.

    What is changed on its way to the cluster is not sure.
    """
    place = place_of(manifest, pointer, world.delivery)
    return Effect(
        cluster=world.name,
        topic=topic,
        code=code,
        weight=weight,
        ref=manifest.ref,
        pointer=pointer,
        says=says,
        why=why,
        fix=fix,
        file=place.file,
        line=place.line,
        origin=manifest.origin,
        doubt=doubt or world.draft_of(manifest),
        pods=pods,
        pods_down=pods_down,
    )
