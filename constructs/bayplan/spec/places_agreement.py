"""What apps may ask of the fleet: accelerators that exist somewhere, regions that some cluster stands in."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from bayplan.spec.catalogue import ec2, gke
from bayplan.spec.cluster import Instance
from bayplan.spec.machine import full_zone, storage_class
from bayplan.spec.platform import runs_on

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bayplan.complaint import Complaint
    from bayplan.spec.app import App
    from bayplan.spec.cluster import Cluster
    from bayplan.spec.source import Source

    Apps = Sequence[tuple[App, Source]]
    Clusters = Sequence[tuple[Cluster, Source]]


def disagreements(apps: Apps, clusters: Clusters) -> Iterator[Complaint]:
    """Models that nobody makes, and regions where nobody is."""
    for app, source in apps:
        yield from _regions(app, source, [cluster for cluster, _ in clusters])
        yield from _storage(app, source, [cluster for cluster, _ in clusters])
    asking = [
        (accelerator, source, f"/workloads/{number}/{word}")
        for app, source in apps
        for number, workload in enumerate(app.workloads)
        for word, accelerator in workload.accelerators.items()
    ]
    models = _models(cluster for cluster, _ in clusters) if asking else set()
    for accelerator, source, at in asking:
        if accelerator.model and accelerator.model not in models:
            what = f"no accelerator is called '{accelerator.model}'"
            yield source.place(f"{at}/model").complain(what, _nearest(accelerator.model, models))


def _nearest(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, sorted(known), n=1, cutoff=0.5)
    return f'Did you mean "{near[0]}"?' if near else f"There are {', '.join(sorted(known))}."


def _models(clusters: Iterable[Cluster]) -> set[str]:
    """Of the catalogue, and of the clusters' own machines."""
    known = {row.split(",")[5] for row in ec2.lines().values()} | {gke.MODEL}
    for cluster in clusters:
        own = [*cluster.instances.values(), *(pool.instance for pool in cluster.pools)]
        known |= {one.accelerator or "" for one in own if isinstance(one, Instance)}
    return known - {""}


def _regions(app: App, source: Source, clusters: Sequence[Cluster]) -> Iterator[Complaint]:
    regions = {cluster.name: cluster.region for cluster in clusters}
    for number, region in enumerate(app.regions):
        if region not in regions.values():
            what = f"no cluster stands in region '{region}'"
            yield source.place(f"/regions/{number}").complain(what, _nearest(region, set(regions.values())))
    for number, name in enumerate(app.clusters):
        if app.regions and regions.get(name, app.regions[0]) not in app.regions:
            what = f"cluster {name} stands in {regions[name]}, '{app.name}' may run in {', '.join(app.regions)} only"
            fix = "Name another cluster, or add its region."
            yield source.place(f"/clusters/{number}").complain(what, fix)


def _storage(app: App, source: Source, clusters: Sequence[Cluster]) -> Iterator[Complaint]:
    """Volumes of a kind that a cluster cannot price, and in zones of another region."""
    for number, workload in enumerate(app.workloads):
        asked = [(word, storage, cluster) for word, storage in workload.volumes.items() for cluster in clusters]
        for word, storage, cluster in asked:
            if not runs_on(app, cluster):
                continue
            at = f"/workloads/{number}/{word}"
            if storage.size and storage_class(cluster, storage) not in cluster.storage:
                what = f"cluster {cluster.name} has no price for {storage.type or 'a volume without type'}"
                known, named = ", ".join(cluster.storage), f'{storage.type or "gp3"}: "0.08"'
                fix = f"Say type: it has {known}." if known else f"Add its price to the cluster: storage: {{{named}}}."
                yield source.place(f"{at}/{'type' if storage.type else 'size'}").complain(what, fix)
            zone = full_zone(cluster, storage.zone) if storage.zone else cluster.region
            if not zone.startswith(cluster.region):
                what = f"zone '{storage.zone}' is not in {cluster.region}, where cluster {cluster.name} stands"
                yield source.place(f"{at}/zone").complain(what, f'Write "a" or "{cluster.region}a".')
