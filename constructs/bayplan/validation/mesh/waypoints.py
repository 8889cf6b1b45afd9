"""Waypoints of ambient mode: who is to go through one, and whether it is there.

Source: <https://istio.io/latest/docs/ambient/usage/waypoint/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.fields import texts_at

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

USE = "istio.io/use-waypoint"
USE_NAMESPACE = "istio.io/use-waypoint-namespace"
FOR = "istio.io/waypoint-for"
CLASS = "istio-waypoint"


def waypoint_in(labels: Mapping[str, str], namespace: str) -> tuple[str, str] | None:
    """Namespace and name of the waypoint that labels ask for; None where they ask for none."""
    name = labels.get(USE, "")
    return (labels.get(USE_NAMESPACE) or namespace, name) if name and name != "none" else None


def waypoint_of(service: Manifest, world: World) -> tuple[str, str] | None:
    """The waypoint of a Service or ServiceEntry: its own label's, or its namespace's."""
    labels = texts_at(service.body, "metadata", "labels")
    if USE in labels:
        return waypoint_in(labels, service.ref.namespace)
    return waypoint_in(world.injection.labels_of(service.ref.namespace) or {}, service.ref.namespace)
