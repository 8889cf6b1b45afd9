"""A tree is split into what each cluster is given: objects of different clusters are never compared."""

from __future__ import annotations

import posixpath
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from bayplan.manifests.inventory import Inventory
from bayplan.validation import roots as kustomized
from bayplan.validation.delivery import Route, parents
from bayplan.validation.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bayplan.spec.cluster import Cluster
    from bayplan.validation.delivery import Delivery
    from bayplan.validation.flux.deliver import Deliverer
    from bayplan.validation.flux.delivered import Delivered
    from bayplan.validation.roots import Root

UNLISTED = "no kustomization.yaml lists its file, as it is with most others"
UNREACHED = "nothing in this tree applies its file"


class Share(NamedTuple):
    """What stands in a tree for one cluster."""

    name: str
    """Its folder; "" for a tree that shows no cluster."""
    files: frozenset[str]
    cluster: Cluster | None
    """Its spec, where there is one."""
    is_all: bool = False
    """Whether it is the whole tree, because nothing shows where a cluster begins."""


def split(deliverer: Deliverer, clusters: Sequence[Cluster], gaps: tuple[str, ...] = ()) -> Iterator[World]:
    """One world for each cluster that the tree shows, and one for what belongs to none of them."""
    delivery, given = deliverer.delivery, set[str]()
    roots = [] if roots_of(delivery, clusters) else kustomized.roots_of(deliverer)
    if roots:
        yield from apart(deliverer, roots, clusters[0] if len(clusters) == 1 else None, gaps)
        return
    for share in shares(deliverer, clusters):
        delivered = deliverer.deliver(share.files)
        given |= share.files | delivered.files.keys() | delivered.consumed
        yield world(delivery, share, delivered, gaps)
    left = frozenset(one.file for one in delivery.manifests if one.file not in given)
    if left:
        rest = deliverer.deliver(())
        rest.files = dict.fromkeys(left, UNREACHED)
        yield world(delivery, Share("?", left, None), rest, gaps)


def apart(
    deliverer: Deliverer, roots: Sequence[Root], cluster: Cluster | None, gaps: tuple[str, ...]
) -> Iterator[World]:
    """One world for each kustomization that is applied by itself, and one for what none of them leads to."""
    delivery = deliverer.delivery
    yield from kustomized.worlds_of(roots, delivery, gaps, cluster)
    covered = kustomized.covered_by(roots)
    files = frozenset(one.file for one in delivery.manifests)
    if files - covered:
        share = Share("", files, cluster, is_all=True)
        yield replace(world(delivery, share, deliverer.deliver(()), gaps), silent=covered)


def shares(deliverer: Deliverer, clusters: Sequence[Cluster]) -> list[Share]:
    """What each cluster has of a tree to begin with.

    A cluster is a folder with the name of one of `clusters`, or a folder that a Flux Kustomization in it syncs: with it
    goes all that its Flux Kustomizations lead to. Where there is none, folders whose Kustomizations have the same names
    are clusters of their own; where there is nothing of the kind, the tree is one.
    """
    delivery = deliverer.delivery
    roots = roots_of(delivery, clusters) or dict.fromkeys(deliverer.entries() or deliverer.beginnings())
    if roots:
        return [Share(root, frozenset(delivery.under(root)), cluster) for root, cluster in roots.items()]
    only = clusters[0] if len(clusters) == 1 else None
    return [Share("", frozenset(one.file for one in delivery.manifests), only, is_all=True)]


def roots_of(delivery: Delivery, clusters: Sequence[Cluster]) -> Mapping[str, Cluster | None]:
    """The folder of each cluster that there is a spec for."""
    by_name = {cluster.name: cluster for cluster in clusters}
    folders = sorted(delivery.folders, key=lambda folder: (folder.count("/"), folder))
    roots: dict[str, Cluster | None] = {}
    for folder in folders:
        cluster = by_name.get(folder.rpartition("/")[2])
        if cluster is not None and not any(folder.startswith(f"{root}/") for root in roots):
            roots[folder] = cluster
    return roots


def unlisted(delivery: Delivery, files: frozenset[str], delivered: Delivered) -> dict[str, str]:
    """Files beside or below a kustomization.yaml that neither it nor anything else lists: they are not applied."""
    found: dict[str, str] = {}
    for file in files - delivery.listed - delivered.files.keys() - delivered.consumed - delivered.beginnings:
        for folder in (*parents(file), ""):
            if folder in delivery.kustomizations:
                found[file] = f"the kustomization.yaml of {folder or 'the root'} does not list {file}"
            if folder in delivery.kustomizations or folder in delivery.listed:
                break
    return found


def aside(delivery: Delivery, delivered: Delivered) -> tuple[dict[str, str], list[str]]:
    """Files that no Flux Kustomization leads to and that a kustomization.yaml lists, and what is missing among them.

    Some are changed by one that lists them. Where Flux applies other parts of the tree, nobody may apply these at all;
    nor does anybody apply a component by itself.
    """
    route, known, parts = Route(), delivered.consumed | delivered.files.keys(), set[str]()
    for folder, kustomization in delivery.kustomizations.items():
        delivery.follow(folder, kustomization.changes, route)
        if kustomization.is_component:
            parts |= set(kustomization.listed())
    beside = {posixpath.dirname(ref_file) for ref_file in delivered.beginnings}
    drafts = {}
    for file, why in route.files.items():
        is_idle = (bool(known) and posixpath.dirname(file) not in beside) or file in parts
        if file not in known and (why or is_idle):
            drafts[file] = why or UNREACHED
    loose = {one.file for one in delivery.manifests} - route.files.keys() - known
    if len(loose) < len(route.files.keys() | known):  # most of the tree is listed
        drafts |= {file: UNLISTED for file in loose if posixpath.dirname(file) not in beside}
    return drafts, [*route.gaps, *(f"{path} is applied and not in this tree" for path in route.beyond)]


def generated(delivery: Delivery, delivered: Delivered) -> frozenset[tuple[str, str]]:
    """What kustomization files generate that were not built: its names are kept in step, whatever they will be."""
    left = [one for one in delivery.kustomizations.values() if one.file not in delivered.kustomizations]
    return frozenset(pair for one in left for pair in one.generated())


def world(delivery: Delivery, share: Share, delivered: Delivered, gaps: tuple[str, ...]) -> World:
    """The objects that one cluster is given, and what is known of the way that they take."""
    more: list[str] = []
    if share.is_all:
        drafts, more = aside(delivery, delivered)
        drafts |= {file: why for file, why in delivered.files.items() if why}
        together = {file: "sure" if file in delivered.files else file for file in share.files}
    else:
        drafts = {file: why for file, why in delivered.files.items() if why}
        together = dict.fromkeys(share.files | delivered.files.keys(), share.name or "/")
    drafts |= {file: why for file, why in delivered.doubts.items() if file not in delivered.files}
    drafts |= unlisted(delivery, share.files, delivered)
    files = (share.files - delivered.consumed) | delivered.files.keys()
    raw = [one for one in delivery.manifests if one.file in files]
    return World(
        inventory=Inventory(manifests=(*raw, *delivered.built)),
        name=share.name,
        cluster=share.cluster,
        drafts=drafts,
        gaps=tuple(dict.fromkeys((*gaps, *delivered.gaps, *more))),
        generated=generated(delivery, delivered),
        together=together,
        delivery=delivery,
        delivered=delivered,
        is_layered=bool(delivery.kustomizations),
    )
