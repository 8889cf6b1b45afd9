"""Replicas that follow the load."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.render.api_object import ApiObject
from bayplan.render.labels import labels

if TYPE_CHECKING:
    from constructs import Construct

    from bayplan.render.api_object import Body
    from bayplan.render.site import Site
    from bayplan.spec.traits.autoscale import Autoscale as Spec

_SLOW_START_SECONDS = 120
"""From here on, a replica that was let go too early is missed: the autoscaler then waits longer, and lets go slowly."""


class Autoscale(ApiObject):
    """A HorizontalPodAutoscaler of a Deployment."""

    def __init__(
        self,
        scope: Construct,
        id: str = "HorizontalPodAutoscaler",  # noqa: A002 - as all constructs name it
        *,
        name: str,
        site: Site,
        autoscale: Spec,
        container: str = "",
        part: str = "",
        startup_seconds: int = 0,
        origin: str = "",
    ) -> None:
        """`name` is the Deployment's; `startup_seconds` is how long a replica may take to start.

        A part of a workload says the `container`, which is called as the workload, and the name of the `part`.
        """
        spec: Body = {
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": name},
            "minReplicas": autoscale.min,
            "maxReplicas": autoscale.max,
            "metrics": [_cpu_of_container(container or name, autoscale)],
            "behavior": _patience(startup_seconds),
        }
        body = {
            "apiVersion": "autoscaling/v2",
            "kind": "HorizontalPodAutoscaler",
            "metadata": {"name": name, "namespace": site.app, "labels": labels(site, container or name, part)},
            "spec": spec,
        }
        super().__init__(scope, id, body=body, origin=origin)


def _cpu_of_container(container: str, autoscale: Spec) -> Body:
    # the CPU of the program alone: the mesh's proxy would blur a share of the pod
    target = {"type": "Utilization", "averageUtilization": int(autoscale.cpu.removesuffix("%"))}
    return {"type": "ContainerResource", "containerResource": {"name": "cpu", "container": container, "target": target}}


def _patience(startup_seconds: int) -> Body | None:
    if startup_seconds < _SLOW_START_SECONDS:
        return None
    wait = min(max(300, 2 * startup_seconds), 3600)  # the API takes an hour at the most
    one_a_minute = {"type": "Pods", "value": 1, "periodSeconds": 60}
    return {"scaleDown": {"stabilizationWindowSeconds": wait, "policies": [one_a_minute]}}
