"""What will happen, one module a topic: each has `effects(comparison) -> Iterator[Effect]` and is named in FINDERS."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol

from bayplan.review.effects.refused_held import held_back

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.review.comparison import Comparison
    from bayplan.review.review import Effect

FINDERS = (
    "refused",
    "refused_definitions",
    "rollout",
    "runs",
    "rollout_settings",
    "rollout_meshes",
    "rollout_releases",
    "data",
    "data_cascades",
    "pruning",
    "pruning_owners",
    "pruning_syncs",
    "traffic_callers",
    "traffic_services",
    "traffic_hosts",
    "traffic_ingress",
    "traffic_shares",
    "traffic_routes",
    "traffic_mesh",
    "ownership",
    "ownership_replicas",
    "ownership_autoscalers",
    "ownership_suspend",
    "ownership_limits",
    "place",
)
"""Modules of this folder, in the order of the report."""


class Finder(Protocol):
    """The module of a topic."""

    def effects(self, comparison: Comparison, /) -> Iterator[Effect]: ...  # noqa: D102


def effects_of(comparison: Comparison) -> Iterator[Effect]:
    """All that will happen in one cluster."""
    for name in FINDERS:
        finder: Finder = import_module(f"{__name__}.{name}")
        yield from (held_back(comparison, one) for one in finder.effects(comparison))
