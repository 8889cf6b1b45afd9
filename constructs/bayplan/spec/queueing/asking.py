"""What apps ask of the queues of a fleet: teams that have one, jobs that fit, and room beside the services."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from bayplan.manifests.pointer import step
from bayplan.spec.platform import runs_on
from bayplan.spec.queueing.alone import never
from bayplan.spec.queueing.amount import told
from bayplan.spec.queueing.division import divide
from bayplan.spec.queueing.flavor import CPU, MEMORY, MIB, flavors_of
from bayplan.spec.queueing.job import has_queue, job_of, waits_in_queue
from bayplan.spec.queueing.offer import offers
from bayplan.spec.sidecar import SIDECAR_CPU_MILLICORES, SIDECAR_MEMORY_MIB, has_sidecar
from bayplan.spec.workloads.server import Server

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bayplan.complaint import Complaint
    from bayplan.spec.app import App
    from bayplan.spec.cluster import Cluster
    from bayplan.spec.source import Source

    Apps = Sequence[tuple[App, Source]]
    Clusters = Sequence[tuple[Cluster, Source]]


def disagreements(apps: Apps, clusters: Clusters) -> Iterator[Complaint]:
    """Everything in which apps and queues contradict each other; asked only where all files could be read."""
    for cluster, source in clusters:
        if cluster.queues:
            here = [(app, file) for app, file in apps if runs_on(app, cluster)]
            yield from _teams(apps, cluster, source)
            yield from _room([app for app, _ in here], cluster, source)
            yield from _jobs(here, cluster)


def _teams(apps: Apps, cluster: Cluster, source: Source) -> Iterator[Complaint]:
    """A queue of nobody is a slip where somebody is nearly called so."""
    known = sorted({app.team for app, _ in apps})
    for team in cluster.queues:
        near = [] if team in known else get_close_matches(team, known, n=1, cutoff=0.75)
        if near:
            place = source.place(step("/queues", team))
            yield place.complain(f"no app is of team '{team}'", f'Did you mean "{near[0]}"?')


def _jobs(apps: Apps, cluster: Cluster) -> Iterator[Complaint]:
    """Jobs that could not run even if they were alone."""
    tree = offers(cluster, [app for app, _ in apps]).tree()
    for app, source in apps:
        if not has_queue(cluster, app.team):
            continue
        for number, workload in enumerate(app.workloads):
            if waits_in_queue(workload):
                why, pool = never(cluster, tree[app.team], job_of(cluster, app, workload))
                if why:
                    what = f"{workload.name} can never be admitted on {cluster.name}: {why}"
                    more = f"raise nodes.max of {pool}" if pool else f"give queues.{app.team} of {cluster.name} more"
                    fix = f"Let it ask for less, or {more}."
                    yield source.place(f"/workloads/{number}").complain(what, fix)


def _room(apps: list[App], cluster: Cluster, source: Source) -> Iterator[Complaint]:
    """What is guaranteed to queues must be there beside all services at their highest load."""
    promised = _promised(cluster)
    served = _served(apps, cluster)
    for kind, (resource, amount) in sorted(promised.items()):
        hold = _held(cluster, kind)
        beside = served.get(kind, 0)
        if amount + beside > hold and beside:
            word = f"{kind} of pools without accelerators" if kind in (CPU, MEMORY) else kind
            what = (
                f"queues are guaranteed {told(resource, amount)} of {word}, services take {told(resource, beside)} at "
                f"their highest load: together {told(resource, amount + beside)}, the pools hold {told(resource, hold)}"
            )
            fix = f"Guarantee {told(resource, amount + beside - hold)} less, or raise nodes.max."
            yield source.place("/queues").complain(what, fix)


def _promised(cluster: Cluster) -> dict[str, tuple[str, int]]:
    """What is guaranteed, by model of accelerator, or CPU and memory of pools without."""
    flavors, found = flavors_of(cluster), dict[str, tuple[str, int]]()
    for (sort, _), grants in divide(cluster).granted.items():
        for (name, resource), amount in grants.items() if sort == "queue" else ():
            flavor = flavors[name]
            whole = resource == flavor.machine.resource
            kind = (flavor.machine.accelerator or "") if whole else resource
            if whole or resource in (CPU, MEMORY):
                found[kind] = (resource, found.get(kind, ("", 0))[1] + amount)
    return found


def _held(cluster: Cluster, kind: str) -> int:
    """What all pools hold of it at the most."""
    hold: dict[str, int] = {}
    for flavor in flavors_of(cluster).values():
        machine = flavor.machine
        if kind in (CPU, MEMORY):
            amount = 0 if flavor.counts_accelerators else flavor.room[kind]
        else:
            amount = machine.accelerators if machine.accelerator == kind else 0
        hold[flavor.pool] = max(hold.get(flavor.pool, 0), amount * flavor.nodes_max)
    return sum(hold.values())


def _served(apps: list[App], cluster: Cluster) -> dict[str, int]:
    """What services take at their highest load, rollouts included, where it is sure on which kind of node."""
    taken: dict[str, int] = {}
    groups = [
        (workload, group)
        for app in apps
        for workload in app.workloads
        for group in workload.groups
        if not waits_in_queue(workload)
        and not workload.waits
        and not (isinstance(workload, Server) and workload.load is not None)
    ]
    for workload, group in groups:
        pods = group.pods_max + group.surge
        accelerator = group.accelerator
        proxied = workload.in_mesh and has_sidecar(cluster)
        if accelerator is None:
            cpu, memory = group.resources.cpu_millicores, group.resources.memory_mib * MIB
            taken[CPU] = taken.get(CPU, 0) + pods * (cpu + (SIDECAR_CPU_MILLICORES if proxied else 0))
            extra = SIDECAR_MEMORY_MIB * MIB if proxied else 0
            taken[MEMORY] = taken.get(MEMORY, 0) + pods * (memory + extra)
        elif accelerator.model and not accelerator.slice and not accelerator.share:
            taken[accelerator.model] = taken.get(accelerator.model, 0) + pods * accelerator.count
    return taken
