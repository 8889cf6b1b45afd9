"""Replicas that follow the load."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bayplan.render.api_object import Part
from bayplan.render.labels import labels
from bayplan.render.traits.backlog import asked_by, auth_name, sign_in, signs_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from constructs import Construct

    from bayplan.render.api_object import Body
    from bayplan.render.site import Site
    from bayplan.render.traits.backlog import Asked
    from bayplan.spec.external import External
    from bayplan.spec.traits.autoscale import Autoscale as Spec

_SLOW_START_SECONDS = 120
"""From here on, a replica that was let go too early is missed: the autoscaler then waits longer, and lets go slowly."""
_LONGEST_WAIT_SECONDS, _LONGEST_PERIOD_SECONDS = 3600, 1800
"""That the API of autoscalers takes."""
_SHORTEST_WAIT_SECONDS = 300
_POLL_SECONDS = 15
"""How soon a workload without replicas is woken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scaled:
    """What an autoscaler moves."""

    api_version: str = "apps/v1"
    kind: str = "Deployment"
    name: str = ""
    """"" where it is called as the workload, or its part."""
    container: str = ""
    """The program's container; "" where it is called as the workload."""


DEPLOYMENT = Scaled()
_NUMBERS = {"Deployment": "-[a-z0-9]+-[a-z0-9]+", "LeaderWorkerSet": "-[0-9]+(-[0-9]+)?", "StatefulSet": "-[0-9]+"}
"""What stands behind the name of each kind in the names of its pods, as a pattern."""


class Autoscale(Part):
    """A HorizontalPodAutoscaler of a Deployment, or a ScaledObject where it follows more than CPU and memory.

    The ScaledObject takes over a HorizontalPodAutoscaler of the same name, so that an app may change from one to the
    other: KEDA would refuse it while the other is there.
    Source: <https://keda.sh/docs/2.21/reference/scaledobject-spec/#transfer-ownership-of-an-existing-hpa>
    """

    def __init__(
        self,
        scope: Construct,
        id: str = "Autoscale",  # noqa: A002 - as all constructs name it
        *,
        name: str,
        site: Site,
        autoscale: Spec,
        scaled: Scaled = DEPLOYMENT,
        container: str = "",
        part: str = "",
        startup_seconds: int = 0,
        externals: Sequence[External] = (),
        origin: str = "",
    ) -> None:
        """`name` is that of what is `scaled`, where that says none; `startup_seconds` are those of a replica's start.

        A part of a workload says the `container`, which is called as the workload, and the name of the `part`.
        `externals` are those of the app: with `lag` and `queue` it asks them.
        """
        container = container or name
        metadata = {"name": name, "namespace": site.app, "labels": labels(site, container, part)}
        aim = {"apiVersion": scaled.api_version, "kind": scaled.kind, "name": scaled.name or name}
        pods = f"{scaled.name or name}{_NUMBERS.get(scaled.kind, _NUMBERS[DEPLOYMENT.kind])}"
        program = scaled.container or container
        if autoscale.needs_keda:
            known = {one.name: one for one in externals if one.address}
            asked = list(asked_by(autoscale, name=name, pods=pods, container=program, site=site, externals=known))
            bodies = list(_keda(autoscale, asked, metadata, aim, startup_seconds))
        else:
            bodies = [_plain(autoscale, program, metadata, aim, startup_seconds)]
        super().__init__(scope, id, bodies=bodies, origin=origin)


def _plain(autoscale: Spec, container: str, metadata: Body, aim: Body, startup_seconds: int) -> Body:
    held = autoscale.hold
    shares = (("cpu", autoscale.cpu_share), ("memory", autoscale.memory))
    spec: Body = {
        "scaleTargetRef": aim,
        "minReplicas": autoscale.min if held is None else held,
        "maxReplicas": autoscale.max if held is None else held,
        "metrics": [_of_container(container, resource, share) for resource, share in shares if share],
        "behavior": _patience(startup_seconds),
    }
    return {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": metadata,
        "spec": spec,
    }


def _of_container(container: str, resource: str, share: str) -> Body:
    # of the program alone: the mesh's proxy would blur a share of the pod
    target = {"type": "Utilization", "averageUtilization": int(share.removesuffix("%"))}
    source = {"name": resource, "container": container, "target": target}
    return {"type": "ContainerResource", "containerResource": source}


def _keda(autoscale: Spec, asked: Sequence[Asked], metadata: Body, aim: Body, startup_seconds: int) -> Iterator[Body]:
    name = metadata["name"]
    annotations = {"scaledobject.keda.sh/transfer-hpa-ownership": "true"}
    if autoscale.hold is not None:
        annotations["autoscaling.keda.sh/paused-replicas"] = str(autoscale.hold)
    behavior = _patience(startup_seconds, counts_those_that_start=True)
    sleeps = autoscale.min == 0
    spec: Body = {
        "scaleTargetRef": aim,
        "minReplicaCount": autoscale.min,
        "maxReplicaCount": autoscale.max,
        "pollingInterval": _POLL_SECONDS if sleeps else None,
        "cooldownPeriod": _wait(startup_seconds) if sleeps else None,
        "advanced": {"horizontalPodAutoscalerConfig": {"name": name, "behavior": behavior}},
        "fallback": _fallback(autoscale) if any(one.type not in ("cpu", "memory", "cron") for one in asked) else None,
        "triggers": [one.body(name) for one in asked],
    }
    keda = "keda.sh/v1alpha1"
    marks = {**metadata, "annotations": annotations}
    yield {"apiVersion": keda, "kind": "ScaledObject", "metadata": marks, "spec": spec}
    for external in {one.external.name: one.external for one in asked if one.external}.values():
        if signs_in(external):
            known_as = {**metadata, "name": auth_name(name, external)}
            yield {
                "apiVersion": keda,
                "kind": "TriggerAuthentication",
                "metadata": known_as,
                "spec": sign_in(external),
            }


def _fallback(autoscale: Spec) -> Body:
    """Who cannot be asked leaves all as it is, and wakes who sleeps: too many replicas are better than none."""
    return {"failureThreshold": 3, "replicas": max(1, autoscale.min), "behavior": "currentReplicasIfHigher"}


def _wait(startup_seconds: int) -> int:
    """How long a replica is kept that nobody needs: twice as long as another takes to start."""
    return min(max(_SHORTEST_WAIT_SECONDS, 2 * startup_seconds), _LONGEST_WAIT_SECONDS)


def _patience(startup_seconds: int, *, counts_those_that_start: bool = False) -> Body | None:
    """Replicas that start slowly are let go slowly.

    Where those that still start count as if they answered (numbers from outside of the pods), the load of those that do
    answer stays high meanwhile, and more and more would be started: so they double at most in the time that one needs.
    """
    if startup_seconds < _SLOW_START_SECONDS:
        return None
    one_a_minute = {"type": "Pods", "value": 1, "periodSeconds": 60}
    patience: Body = {"scaleDown": {"stabilizationWindowSeconds": _wait(startup_seconds), "policies": [one_a_minute]}}
    if counts_those_that_start:
        period = min(startup_seconds, _LONGEST_PERIOD_SECONDS)
        doubled = {"type": "Percent", "value": 100, "periodSeconds": period}
        patience["scaleUp"] = {"policies": [doubled]}
    return patience
