"""What one replica is promised and may use at most, as a container says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bayplan.render.api_object import Body
    from bayplan.spec.traits.resources import Resources


def container_resources(resources: Resources, accelerators: dict[str, str]) -> Body:
    """Requests and limits; accelerators stand in both, since Kubernetes refuses a limit that is not the request."""
    limits = {"memory": resources.memory_limit or resources.memory, **accelerators}
    if resources.cpu_limit:
        limits["cpu"] = resources.cpu_limit
    return {"requests": {"cpu": resources.cpu, "memory": resources.memory, **accelerators}, "limits": limits}
