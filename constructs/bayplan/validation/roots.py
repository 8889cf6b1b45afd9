"""Kustomizations that no other one lists, in a tree without Flux: each is applied by itself, by whomever.

Argo CD, `kubectl apply -k` and the makefiles of operators say nowhere in the tree which folders they take. Every folder
that no other kustomization.yaml lists is taken for one delivery: overlays/dev and overlays/prod are never compared.

Source: <https://kubectl.docs.kubernetes.io/references/kustomize/glossary/#overlay>
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bayplan.manifests.inventory import Inventory
from bayplan.validation.delivery import Route
from bayplan.validation.flux.delivered import Delivered
from bayplan.validation.kinds import kind_of
from bayplan.validation.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bayplan.manifests.manifest import Manifest
    from bayplan.spec.cluster import Cluster
    from bayplan.validation.delivery import Delivery
    from bayplan.validation.flux.deliver import Deliverer
    from bayplan.validation.kustomize import Kustomization

MOST_ROOTS = 1000
MOST_BYTES = 24 << 20
"""Of what all roots are built of, the small ones first; kustomize takes nearly a second for each million.

What is beyond is judged as it stands in its files.
"""
OTHERS = "what else this tree holds may be applied beside it"


@dataclass(frozen=True, kw_only=True, eq=False)
class Root:
    """One kustomization and what it makes."""

    folder: str
    manifests: Sequence[Manifest]
    route: Route
    gaps: tuple[str, ...]

    @property
    def name(self) -> str:
        """Its folder; the tree itself has a name of its own."""
        return self.folder or "."


def roots_of(deliverer: Deliverer) -> list[Root]:
    """Every kustomization that is applied by itself and can be built; none where Flux says what is applied."""
    delivery = deliverer.delivery
    if not delivery.kustomizations or not deliverer.builder.is_there or any(True for _ in delivery.syncs()):
        return []
    roots = [(one, way_of(one, delivery)) for one in delivery.kustomizations.values() if is_root(one, delivery)]
    sizes = {one.folder: sum(map(delivery.size_of, way.files)) for one, way in roots}
    roots.sort(key=lambda root: (sizes[root[0].folder], root[0].folder))
    found: list[Root] = []
    left = MOST_BYTES
    for one, way in roots[:MOST_ROOTS]:
        left -= sizes[one.folder] if way.changed or way.must_build else 0
        root = build(one, way, deliverer) if left > 0 else None
        found += [root] if root is not None else []
    return sorted(found, key=lambda root: root.folder)


def is_root(one: Kustomization, delivery: Delivery) -> bool:
    """Whether nothing in the tree takes a kustomization in."""
    return not one.is_component and one.folder not in delivery.listed and "/templates/" not in f"/{one.file}"


def way_of(one: Kustomization, delivery: Delivery) -> Route:
    """What a kustomization leads to."""
    route = Route()
    delivery.follow(one.folder, one.changes, route)
    return route


def build(one: Kustomization, route: Route, deliverer: Deliverer) -> Root | None:
    """What a kustomization makes; None where only whoever applies it can tell."""
    gaps = list(route.gaps)
    if route.unreadable:
        return None
    if route.changed or route.must_build:
        delivered = Delivered()
        made = deliverer.build(one.manifest, one.folder, route, delivered)
        gaps += delivered.gaps
    else:
        made = [manifest for file in route.files for manifest in deliverer.delivery.of_file(file)]
    return Root(folder=one.folder, manifests=made, route=route, gaps=tuple(gaps)) if made is not None else None


def worlds_of(
    roots: Sequence[Root], delivery: Delivery, gaps: tuple[str, ...], cluster: Cluster | None
) -> Iterator[World]:
    """One world for each root: what it lacks may be in others, unless all are the same thing for other places."""
    reached = {root.folder: {one.file for one in root.route.kustomizations} for root in roots}
    covered = covered_by(roots)
    is_all = not any(
        one.file not in covered and not delivery.doubt_of(one.file) and one.ref.name for one in delivery.manifests
    )
    places = places_of(roots, delivery)
    for root in roots:
        own = reached[root.folder]
        is_alone = not root.folder or (is_all and all(own & other for other in reached.values()))
        files = {manifest.file for manifest in root.manifests}
        yield World(
            inventory=Inventory(manifests=tuple(root.manifests)),
            name=root.name,
            cluster=cluster,
            gaps=tuple(dict.fromkeys((*gaps, *root.gaps, *(() if is_alone else (OTHERS,))))),
            together=dict.fromkeys(files, root.name),
            delivery=delivery,
            is_layered=True,
            elsewhere={} if is_alone else places,
        )


def covered_by(roots: Sequence[Root]) -> frozenset[str]:
    """Files that at least one root applies, as they are or changed."""
    return frozenset(file for root in roots for file in root.route.files)


def places_of(roots: Sequence[Root], delivery: Delivery) -> dict[tuple[str, str], str]:
    """Kind and name of everything in the tree, to the file that it stands in."""
    places = {(kind_of(one), one.ref.name): one.file for one in delivery.manifests}
    return places | {(kind_of(one), one.ref.name): one.file for root in roots for one in root.manifests}
