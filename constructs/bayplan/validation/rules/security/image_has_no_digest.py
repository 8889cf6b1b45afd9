"""An image is named by a tag, not by its digest.

Whoever may push to the registry can change what runs, without a commit and without a review; and two nodes that pull at
different times run different programs under one name. Write `name:tag@sha256:...`: the tag is for people, the digest
decides. `latest` and its like are made to move; whether the tag of a release stays where it is, its registry decides:
that is told as unknown.

Source: <https://kubernetes.io/docs/concepts/containers/images/#image-names>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.fields import is_variable, mappings_at, text_at
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
    """Look for a digest in the image of every container, and in those that are mounted as volumes."""
    for container in world.pods.containers_of(workload):
        if image := text_at(container.body, "image"):
            yield from _judge(image, f"{container.pointer}/image", f"container {container.name} runs")
    for pod in world.pods.made_by(workload):
        for index, volume in mappings_at(pod.spec, "volumes") if "volumes" in pod.spec else ():
            if image := text_at(volume, "image", "reference"):
                pointer = f"{pod.pointer}/volumes/{index}/image/reference"
                yield from _judge(image, pointer, f"volume {text_at(volume, 'name')} holds")


def _judge(image: str, pointer: str, who: str) -> Iterator[Hit]:
    if image == FILLED_BY_INJECTION or "@" in image or is_variable(image):
        return
    moves = tag_of(image) in MOVING
    told = "changes with every build" if moves else "can change, if its registry lets a tag be moved"
    yield Hit(pointer, f"{who} {image}: what that is {told}", Status.BROKEN if moves else Status.UNKNOWN)


def tag_of(image: str) -> str:
    """The tag of an image, or ""; a colon before the last slash is that of a port."""
    return image.rpartition("/")[2].partition(":")[2]
