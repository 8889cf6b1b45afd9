"""What apps and clusters must agree on: names, callers, addresses, places to run."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from bayplan.spec import (
    controller_agreement,
    mesh_agreement,
    places_agreement,
    policy_agreement,
    routed_agreement,
    sign_in_agreement,
    slice_agreement,
    tuning_agreement,
)
from bayplan.spec.autoscale_agreement import disagreements as scaling_disagreements
from bayplan.spec.queueing import asking

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bayplan.complaint import Complaint
    from bayplan.spec.app import App
    from bayplan.spec.cluster import Cluster
    from bayplan.spec.source import Source

    Apps = Sequence[tuple[App, Source]]
    Clusters = Sequence[tuple[Cluster, Source]]


def disagreements(apps: Apps, clusters: Clusters, *, complete: bool) -> Iterator[Complaint]:
    """Everything in which the files contradict each other.

    Where some file could not be read (`complete` is False) nothing is said to be missing: it may be in that file.
    """
    yield from _folders(clusters)
    yield from _names(apps)
    yield from _addresses(apps)
    yield from sign_in_agreement.disagreements(apps)
    yield from routed_agreement.disagreements(apps)
    yield from _namespaces(apps, clusters)
    if complete:
        yield from _callers(apps)
        yield from scaling_disagreements(apps, clusters)
        yield from _clusters(apps, clusters)
        yield from policy_agreement.disagreements(apps, clusters)
        yield from places_agreement.disagreements(apps, clusters)
        yield from slice_agreement.disagreements(apps, clusters)
        yield from asking.disagreements(apps, clusters)
        yield from controller_agreement.disagreements(apps, clusters)
        yield from tuning_agreement.disagreements(apps, clusters)
        yield from mesh_agreement.disagreements(apps, clusters)


def _folders(clusters: Clusters) -> Iterator[Complaint]:
    for cluster, source in clusters:
        folder = source.file.split("/")[1]
        if cluster.name != folder:
            what = f"the cluster is called '{cluster.name}', its folder '{folder}'"
            yield source.place("/name").complain(what, "Rename one of them.")


def _names(apps: Apps) -> Iterator[Complaint]:
    for app, source in apps:
        others = [other.file for same, other in apps if same.name == app.name and other is not source]
        if others:
            what = f"the app '{app.name}' is also in {', '.join(others)}"
            yield source.place("/name").complain(what, "Rename one of them: the name is its namespace.")


def _namespaces(apps: Apps, clusters: Clusters) -> Iterator[Complaint]:
    taken = {
        namespace: cluster.name
        for cluster, _ in clusters
        for namespace in (
            cluster.mesh.gateway_namespace,
            cluster.mesh.control_plane_namespace,
            cluster.metrics_namespace,
        )
    }
    for app, source in apps:
        if app.name in taken:
            what = f"'{app.name}' is a namespace of the platform on cluster {taken[app.name]}"
            yield source.place("/name").complain(what, "Choose another name.")


def _addresses(apps: Apps) -> Iterator[Complaint]:
    seen: dict[tuple[str, str], list[tuple[App, str]]] = {}
    for app, source in apps:
        for number, workload in app.servers:
            for path in workload.expose.paths if workload.expose else ():
                same = seen.setdefault((workload.expose.host, path), []) if workload.expose else []
                name = f"{app.name}/{workload.name}"
                other = next((first for there, first in same if _meet(app, there)), None)
                if other:
                    what = f"{name} is exposed under {workload.expose and workload.expose.host}{path}, as {other} is"
                    yield source.place(f"/workloads/{number}/expose/host").complain(
                        what, "Give one another host or path."
                    )
                same.append((app, name))


def _meet(one: App, other: App) -> bool:
    return not one.clusters or not other.clusters or bool(set(one.clusters) & set(other.clusters))


def _callers(apps: Apps) -> Iterator[Complaint]:
    known = sorted(f"{app.name}/{workload.name}" for app, _ in apps for workload in app.workloads)
    for app, source in apps:
        for number, workload in app.servers:
            for position, caller in enumerate(workload.access.callers):
                name = caller if "/" in caller else f"{app.name}/{caller}"
                if name not in known:
                    near = [n.removeprefix(f"{app.name}/") for n in get_close_matches(name, known, n=1)]
                    fix = f'Did you mean "{near[0]}"?' if near else f"There are {', '.join(known)}."
                    place = source.place(f"/workloads/{number}/access/callers/{position}")
                    yield place.complain(f"no workload is called '{caller}'", fix)


def _clusters(apps: Apps, clusters: Clusters) -> Iterator[Complaint]:
    known = sorted(cluster.name for cluster, _ in clusters)
    meshed = {cluster.name for cluster, _ in clusters if "istio" in cluster.controllers}
    for app, source in apps:
        for number, name in enumerate(app.clusters):
            if name not in known:
                near = get_close_matches(name, known, n=1)
                fix = f'Did you mean "{near[0]}"?' if near else f"There are {', '.join(known)}."
                yield source.place(f"/clusters/{number}").complain(f"no cluster is called '{name}'", fix)
        here = app.clusters or [one.name for one, _ in clusters if not app.regions or one.region in app.regions]
        bare = [name for name in here if name in known and name not in meshed]
        for number, workload in app.servers:
            if workload.expose and bare:
                what = f"{workload.name} is exposed, but cluster {bare[0]} has no istio, whose gateway would serve it"
                fix = "Add istio to the cluster's controllers, or name other clusters for the app."
                yield source.place(f"/workloads/{number}/expose").complain(what, fix)
