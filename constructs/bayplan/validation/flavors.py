"""Which nodes of a cluster one of Kueue's flavors means, and what they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bayplan.validation.fields import text_at, texts_at
from bayplan.validation.nodes import is_set_by_programs
from bayplan.validation.once import once
from bayplan.validation.queues import RESOURCE_FLAVOR

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bayplan.manifests.manifest import Manifest
    from bayplan.spec.cluster import Taint
    from bayplan.validation.nodes import Node
    from bayplan.validation.world import World


def nodes_of(flavor: Manifest, world: World) -> dict[str, Node]:
    """The kinds of nodes that have all labels of a flavor, by their name."""
    labels = texts_at(flavor.body, "spec", "nodeLabels")
    return {
        name: node
        for name, node in world.nodes.items()
        if all(is_set_by_programs(key, node) or value in node.labels.get(key, ()) for key, value in labels.items())
    }


def covers(toleration: Mapping[str, Any], taint: Taint) -> bool:
    """Whether a toleration is one of a taint."""
    key, operator = text_at(toleration, "key"), text_at(toleration, "operator") or "Equal"
    if text_at(toleration, "effect") not in ("", taint.effect) or key not in ("", taint.key):
        return False
    return operator == "Exists" or (bool(key) and text_at(toleration, "value") == taint.value)


@once
def held(world: World) -> dict[str, dict[str, int]]:
    """What the nodes of each flavor hold of each resource at the most, in thousandths, by the name of the flavor."""
    if world.cluster is None:
        return {}
    return {flavor.ref.name: _room(flavor, world) for flavor in world.by_kind.get(RESOURCE_FLAVOR, ())}


def _room(flavor: Manifest, world: World) -> dict[str, int]:
    from bayplan.spec.queueing.flavor import flavors_of  # noqa: PLC0415 - trees without a spec do not pay for pydantic

    kinds = flavors_of(world.cluster) if world.cluster else {}
    most: dict[tuple[str, str], int] = {}
    for name in nodes_of(flavor, world):
        kind = kinds[name]
        for resource, amount in kind.room.items():
            # of the variants of one pool all nodes may be of the one that has most of it
            thousandths = amount * kind.nodes_max * (1 if resource == "cpu" else 1000)
            most[kind.pool, resource] = max(most.get((kind.pool, resource), 0), thousandths)
    found: dict[str, int] = {}
    for (_, resource), amount in most.items():
        found[resource] = found.get(resource, 0) + amount
    return found
