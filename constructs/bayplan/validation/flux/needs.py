"""What an object cannot be applied without: its namespace, and the definition of its kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World


class Need(NamedTuple):
    """One thing that must be there first."""

    what: str
    makers: Sequence[Manifest]
    """The objects of the tree that it is, if any: one is enough."""
    pointer: str
    is_central: bool
    """Whether it is what most of a Kustomization's objects need, or all of their kind."""


def needs_of(manifest: Manifest, world: World) -> Iterator[Need]:
    """What of an object's needs the tree itself brings."""
    orders = world.orders
    if id(manifest) not in world.delivered.owners:
        return
    name = manifest.ref.namespace
    if name and name not in orders.of_flux and name not in orders.made_by_charts and name in orders.namespaces:
        yield Need(f"Namespace {name}", orders.namespaces[name], "/metadata/namespace", orders.is_home(manifest))
    defined = orders.definitions.get((manifest.ref.group, manifest.ref.kind))
    if defined:
        yield Need(f"the definition of {manifest.ref.kind}", defined, "/kind", True)
