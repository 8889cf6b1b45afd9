"""A tree is split into what each cluster is given: objects of different clusters are never compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.manifests.inventory import Inventory
from bayplan.validation.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bayplan.spec.cluster import Cluster
    from bayplan.validation.delivery import Delivery, Route

UNREACHED = "nothing in this tree applies its file"


def split(delivery: Delivery, clusters: Sequence[Cluster], gaps: tuple[str, ...] = ()) -> Iterator[World]:
    """One world for each cluster that the tree shows, and one for what belongs to none of them.

    A cluster is a folder with the name of one of `clusters`, or a folder that a Flux Kustomization in it syncs: with it
    goes all that its Flux Kustomizations lead to. A tree that shows no cluster is one world.
    """
    roots = roots_of(delivery, clusters)
    if not roots:
        only = clusters[0] if len(clusters) == 1 else None
        yield whole(delivery, only, gaps)
        return
    given: set[str] = set()
    for root, cluster in roots.items():
        own = frozenset(delivery.under(root))
        route = delivery.route(own)
        given |= own | route.files.keys()
        drafts = {file: why for file, why in route.files.items() if why}
        drafts |= unlisted(delivery, own, route)
        yield world(
            delivery, own | route.files.keys(), cluster, drafts, (*gaps, *route.gaps), name=root, together=root or "/"
        )
    left = {one.file for one in delivery.manifests} - given
    if left:
        yield world(delivery, left, None, dict.fromkeys(left, UNREACHED), gaps, name="?")


def roots_of(delivery: Delivery, clusters: Sequence[Cluster]) -> Mapping[str, Cluster | None]:
    """The folder of each cluster, with its spec where there is one."""
    by_name = {cluster.name: cluster for cluster in clusters}
    folders = sorted(delivery.folders, key=lambda folder: (folder.count("/"), folder))
    roots: dict[str, Cluster | None] = {}
    for folder in folders:
        cluster = by_name.get(folder.rpartition("/")[2])
        if cluster is not None and not any(folder.startswith(f"{root}/") for root in roots):
            roots[folder] = cluster
    if not roots:
        roots = dict.fromkeys(delivery.entries())
    return roots


def whole(delivery: Delivery, cluster: Cluster | None, gaps: tuple[str, ...]) -> World:
    """A tree that shows no cluster: everything is judged together, changed where any way changes it."""
    files = frozenset(one.file for one in delivery.manifests)
    route = delivery.route(files)
    syncs = [sync.ref for sync in delivery.syncs()]
    sure = set(route.files) if len(syncs) == len(set(syncs)) else set()
    for folder, kustomization in delivery.kustomizations.items():
        delivery.follow(folder, kustomization.changes, route)
    drafts = {file: why for file, why in route.files.items() if why} | unlisted(delivery, files, route)
    return world(delivery, files, cluster, drafts, (*gaps, *route.gaps), sure=frozenset(sure))


def unlisted(delivery: Delivery, files: frozenset[str], route: Route) -> dict[str, str]:
    """Files beside a kustomization.yaml that neither it nor anything else lists: they are not applied."""
    return {
        file: f"the kustomization.yaml of {file.rpartition('/')[0] or 'its folder'} does not list {file}"
        for file in files - delivery.listed - route.files.keys()
        if file.rpartition("/")[0] in delivery.kustomizations
    }


def world(
    delivery: Delivery,
    files: frozenset[str] | set[str],
    cluster: Cluster | None,
    drafts: Mapping[str, str],
    gaps: tuple[str, ...],
    *,
    name: str = "",
    together: str = "",
    sure: frozenset[str] = frozenset(),
) -> World:
    """The objects of some files, and what is known of the way that they take."""
    return World(
        inventory=Inventory(manifests=tuple(one for one in delivery.manifests if one.file in files)),
        name=name,
        cluster=cluster,
        drafts=drafts,
        gaps=tuple(dict.fromkeys(gaps)),
        generated=frozenset(pair for one in delivery.kustomizations.values() for pair in one.generated()),
        together={file: together or ("sure" if file in sure else file) for file in files},
        delivery=delivery,
        is_layered=bool(delivery.kustomizations),
    )
