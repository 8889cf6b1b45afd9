"""What one replica is promised and may use at most, as a container says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bayplan.render.api_object import Body
    from bayplan.spec.traits.resources import Resources


def container_resources(resources: Resources, accelerators: dict[str, str]) -> Body:
    """Requests and limits; devices stand in both, since Kubernetes refuses a limit that is not the request."""
    counted = {**accelerators, **{name: str(count) for name, count in resources.others.items()}}
    if resources.ephemeral:
        # who writes more is stopped, and takes no room that was promised to others
        counted["ephemeral-storage"] = resources.ephemeral
    limits = {"memory": resources.memory_limit or resources.memory, **counted}
    if resources.cpu_limit:
        limits["cpu"] = resources.cpu_limit
    return {"requests": {"cpu": resources.cpu, "memory": resources.memory, **counted}, "limits": limits}
