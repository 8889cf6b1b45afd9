"""What the namespaces of a team may take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.render.api_object import ApiObject
from bayplan.render.labels import app_labels
from bayplan.spec.claims import is_claimed, model_class
from bayplan.spec.variants import machines_of
from bayplan.spec.workloads.server import Server

if TYPE_CHECKING:
    from collections.abc import Mapping

    from constructs import Construct

    from bayplan.render.site import Place, Site
    from bayplan.spec.app import App
    from bayplan.spec.cluster import Cluster
    from bayplan.spec.machine import Machine


class ResourceQuota(ApiObject):
    """A ResourceQuota of one namespace: also for what is created there by hand.

    Source: <https://kubernetes.io/docs/concepts/policy/resource-quotas/#resource-quota-for-extended-resources>
    """

    def __init__(
        self,
        scope: Construct,
        id: str | None = None,  # noqa: A002 - as all constructs name it
        *,
        site: Site,
        hard: Mapping[str, int],
        origin: str = "",
    ) -> None:
        """`hard` is the most of each resource that all pods of the namespace may take, by its name."""
        body = {
            "apiVersion": "v1",
            "kind": "ResourceQuota",
            # a name with the app's, so that the files of all namespaces lie side by side
            "metadata": {
                "name": f"{site.app}.quota",
                "namespace": site.app,
                "labels": app_labels(site.app, site.team),
            },
            "spec": {"hard": {_hard_name(name): str(most) for name, most in sorted(hard.items())}},
        }
        super().__init__(scope, id or f"{site.app}-quota", body=body, origin=origin)


def hard_limits(
    quota: int, cluster: Cluster, app: App, place_of: Mapping[tuple[str, str], Place], *, shared: bool
) -> dict[str, int]:
    """The team's quota where one namespace and one resource have all of it; else what the plan takes of each there.

    A ResourceQuota knows one namespace and counts each resource for itself, so that a quota over several can only be
    kept by what was planned: that is within the quota, and a change of it comes through the plan anyway.
    """
    machines = machines_of(cluster).values()
    counted = sorted({_counted_as(cluster, machine) for machine in machines if machine.resource})
    if len(counted) == 1 and not shared:
        return {counted[0]: quota}
    taken = dict.fromkeys(counted, 0)
    for workload in app.workloads:
        place = place_of[app.name, workload.name]
        for share in place.shares or [None]:
            accelerator = share.accelerator if share else workload.groups[0].accelerator
            berth = share.berth if share else place.berth
            if accelerator and not accelerator.slice:
                running = 0 if place.waits else share.replicas_max if share else workload.groups[0].pods_max
                surge = workload.rollout.surge_of(running) if running and isinstance(workload, Server) else 0
                for name in berth.claim.classes if berth.claim else (berth.resource,):
                    if name in taken:
                        taken[name] += accelerator.count * (running + surge)
    return taken


def _counted_as(cluster: Cluster, machine: Machine) -> str:
    """What a quota counts accelerators by: the class that is claimed, or the resource."""
    is_class = machine.accelerator and is_claimed(cluster, machine.resource)
    return model_class(str(machine.accelerator)) if is_class else machine.resource


def _hard_name(name: str) -> str:
    """Source: <https://kubernetes.io/docs/concepts/policy/resource-quotas/#resource-quota-for-dynamic-resource-allocation>."""
    return f"{name}.deviceclass.resource.k8s.io/devices" if "/" not in name else f"requests.{name}"
