"""Accelerators of a replica, as a pod says them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bayplan.render.api_object import Body
    from bayplan.spec.traits.accelerator import Accelerator


def accelerator_amounts(accelerator: Accelerator | None, resource: str) -> dict[str, str]:
    """How many of a resource one replica takes."""
    return {resource: str(accelerator.count)} if accelerator else {}


def shared_memory(accelerator: Accelerator | None) -> tuple[list[Body], list[Body]]:
    """Volumes and mounts for several accelerators that talk through /dev/shm, of which containers have only 64 MB.

    What is written there counts as memory of the replica, so its memory limit bounds it.
    """
    if accelerator is None or accelerator.count == 1:
        return [], []
    return [{"name": "shm", "emptyDir": {"medium": "Memory"}}], [{"name": "shm", "mountPath": "/dev/shm"}]  # noqa: S108 - a path in the pod
