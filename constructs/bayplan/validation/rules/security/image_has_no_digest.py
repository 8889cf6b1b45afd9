"""An image is named by a tag, not by its digest.

Whoever may push to the registry can change what runs, without a commit and without a review; and two nodes that pull at
different times run different programs under one name. Write `name:tag@sha256:...`: the tag is for people, the digest
decides. `latest` and its like are made to move; whether the tag of a release stays where it is, its registry decides:
that is told as unknown.

Source: <https://kubernetes.io/docs/concepts/containers/images/#image-names>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.fields import is_variable, text_at
from bayplan.validation.finding import Severity, Status
from bayplan.validation.pods import POD_KINDS
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: v1
kind: Pod
metadata: {name: chat, namespace: chat}
spec:
  containers: [{name: chat, image: "registry.example.com/chat:latest"}]
"""
GOOD = BAD.replace("chat:latest", "chat:v1@sha256:4bc453b53cb3d914b45f4b250294236adba2c0e09ff6f03793949e7e39fd4cc1")

FILLED_BY_INJECTION = "auto"
"""Istio's webhook replaces this image of a gateway by its own proxy."""
MOVING = frozenset({"", "canary", "dev", "develop", "edge", "latest", "main", "master", "nightly", "stable"})
"""Tags that are set anew with every build; "" is read as latest."""


@rule(
    "SEC001", severity=Severity.RISK, kinds=POD_KINDS, fix="write the digest behind the tag: name:tag@sha256:<digest>"
)
def image_has_no_digest(workload: Manifest, world: World) -> Iterator[Hit]:
    """Look for a digest in the image of every container."""
    for container in world.pods.containers_of(workload):
        image = text_at(container.body, "image")
        if image and image != FILLED_BY_INJECTION and "@" not in image and not is_variable(image):
            moves = tag_of(image) in MOVING
            told = "changes with every build" if moves else "can change, if its registry lets a tag be moved"
            status = Status.BROKEN if moves else Status.UNKNOWN
            yield Hit(
                f"{container.pointer}/image", f"container {container.name} runs {image}: what that is {told}", status
            )


def tag_of(image: str) -> str:
    """The tag of an image, or ""; a colon before the last slash is that of a port."""
    return image.rpartition("/")[2].partition(":")[2]
