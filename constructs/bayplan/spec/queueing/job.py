"""What waits in queues: jobs as Kueue counts them, and the kinds of nodes that would take them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bayplan.manifests.origin import place_of
from bayplan.spec.amount import parse
from bayplan.spec.queueing.flavor import CPU, DISK, MEMORY, MIB, flavors_of
from bayplan.spec.sidecar import SIDECAR_CPU_MILLICORES, SIDECAR_MEMORY_MIB, has_sidecar
from bayplan.spec.slices import slice_resource
from bayplan.spec.workloads.server import Server

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bayplan.spec.app import App
    from bayplan.spec.cluster import Cluster
    from bayplan.spec.machine import Machine
    from bayplan.spec.queueing.flavor import Flavor
    from bayplan.spec.traits.accelerator import Accelerator
    from bayplan.spec.workloads.group import Group
    from bayplan.spec.workloads.workload import Workload

PRIORITY_VALUES = {"critical": 1_000_000, "normal": 0, "low": -1_000, "spare": -1_000_000}
"""As the PriorityClasses of pods have them; who says nothing has 0."""

ZONE_AND_HOST = 2
"""Levels of a topology that says nothing of what lies between."""
WHOLE_MILLI = 1000
"""Thousandths of an accelerator: all of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PodSet:
    """Pods of a job that are alike."""

    name: str
    """That of the group; "" of a sole one."""
    pods: int
    each: Mapping[str, int]
    """What one pod asks for; Kueue counts what the job says, without what is put beside it later."""
    flavors: tuple[str, ...]
    """Kinds of nodes that would take its pods."""
    together: bool = False
    """Whether all of them must stand in one zone."""
    is_loose: bool = False
    """Whether they run apart, too, where no zone has room for all of them: they only would like to be near."""

    @property
    def asks(self) -> dict[str, int]:
        """What all of them ask for."""
        return {name: amount * self.pods for name, amount in self.each.items() if amount}


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What starts as a whole or waits as a whole."""

    name: str
    """`app/workload`."""
    team: str
    priority: int
    podsets: tuple[PodSet, ...]
    file: str = ""
    line: int = 0


def waits_in_queue(workload: Workload) -> bool:
    """Whether a workload is one that ends, and so waits for its turn where its team has a queue."""
    return not isinstance(workload, Server) and workload.in_queue and not any(one.pods_min for one in workload.groups)


def has_queue(cluster: Cluster, team: str) -> bool:
    """Whether the jobs of a team wait in a queue of a cluster."""
    return team in cluster.queues and "kueue" in cluster.controllers


def jobs_on(cluster: Cluster, apps: Iterable[App], pools: Mapping[str, Iterable[str]] | None = None) -> tuple[Job, ...]:
    """The jobs of a cluster that wait in queues, sorted by name.

    `pools` are those that a plan chose, by the name that it has for a group; without a plan all that would take a pod.
    """
    return tuple(
        job_of(cluster, app, workload, pools)
        for app in sorted(apps, key=lambda app: app.name)
        if has_queue(cluster, app.team)
        for workload in sorted(app.workloads, key=lambda one: one.name)
        if waits_in_queue(workload)
    )


def job_of(cluster: Cluster, app: App, workload: Workload, pools: Mapping[str, Iterable[str]] | None = None) -> Job:
    """One workload as a job."""
    file, line = place_of(workload.origin or app.origin)
    name = f"{app.name}/{workload.name}"
    planned = [() if pools is None else pools.get(planned_name(name, one.name), ()) for one in workload.groups]
    return Job(
        name=name,
        team=app.team,
        priority=PRIORITY_VALUES[workload.priority],
        podsets=tuple(
            _podset(cluster, workload, group, tuple(seats))
            for group, seats in zip(workload.groups, planned, strict=True)
        ),
        file=file,
        line=line,
    )


def planned_name(name: str, group: str) -> str:
    """What a plan calls a group of a workload's pods."""
    return f"{name}@{group}" if group else name


def _podset(cluster: Cluster, workload: Workload, group: Group, planned: tuple[str, ...]) -> PodSet:
    flavors = flavors_of(cluster)
    fitting = [one for one in flavors.values() if not refusal(cluster, workload, group, one)]
    chosen = [one for one in flavors.values() if one.name in planned] or fitting
    resource = next((accelerator_resource(cluster, group, one) for one in chosen), "")
    return PodSet(
        name=group.name,
        pods=group.pods_max,
        each=needs(group, resource or "nvidia.com/gpu"),
        flavors=tuple(one.name for one in chosen if accelerator_resource(cluster, group, one) == resource),
        together=group.gang is not None,
        is_loose=group.gang == "network" and any(len(flavors[one.name].levels) > ZONE_AND_HOST for one in chosen),
    )


def needs(group: Group, resource: str) -> dict[str, int]:
    """What one pod of a group asks for; `resource` is the name of its accelerators."""
    resources = group.resources
    asked = {CPU: resources.cpu_millicores, MEMORY: int(parse(resources.memory))}
    if resources.ephemeral:
        asked[DISK] = int(parse(resources.ephemeral))
    if group.accelerator:
        asked[resource] = group.accelerator.count
    return asked | dict(resources.others)


def accelerator_resource(cluster: Cluster, group: Group, flavor: Flavor) -> str:
    """Name under which the nodes of a flavor count the accelerators that a group asks for."""
    if group.accelerator is None:
        return ""
    return slice_resource(cluster, group.accelerator) or flavor.machine.resource


def refusal(cluster: Cluster, workload: Workload, group: Group, flavor: Flavor) -> str:
    """Why the nodes of a flavor would not take a pod of a group; "" where they would."""
    machine, accelerator = flavor.machine, group.accelerator
    if workload.architecture not in ("any", machine.architecture):
        return f"its nodes are {machine.architecture}"
    if flavor.is_spot and workload.spot_percent < 100:
        return "its nodes are spot capacity"
    if not accelerator and flavor.counts_accelerators:
        return "it is kept for those who need accelerators"
    return (_unfit(accelerator, machine) if accelerator else "") or _overflow(cluster, workload, group, flavor)


def _unfit(accelerator: Accelerator, machine: Machine) -> str:
    if accelerator.model not in (None, machine.accelerator):
        return f"it has no {accelerator.model}"
    if not accelerator.slice and machine.accelerator_memory_mib // machine.shares < accelerator.memory_mib:
        return "its accelerators have less memory"
    if machine.shares > 1 and accelerator.share_milli * machine.shares > WHOLE_MILLI:
        return "its accelerators are shared"
    return ""


def _overflow(cluster: Cluster, workload: Workload, group: Group, flavor: Flavor) -> str:
    """What of one pod, with its proxy, does not fit on a node of a flavor."""
    asked, room = needs(group, accelerator_resource(cluster, group, flavor)), flavor.room
    if workload.in_mesh and has_sidecar(cluster):
        asked[CPU] += SIDECAR_CPU_MILLICORES
        asked[MEMORY] += SIDECAR_MEMORY_MIB * MIB
    large = [name for name, amount in sorted(asked.items()) if amount > room.get(name, 0)]
    return f"a node has less {' and '.join(large)} than a pod needs" if large else ""
