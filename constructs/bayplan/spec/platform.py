"""Everything that was asked for: all apps and all clusters of a repository."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from bayplan.spec.app import App
    from bayplan.spec.cluster import Cluster


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """Apps and clusters, each sorted by name."""

    root: Path
    """The repository."""
    apps: tuple[App, ...]
    clusters: tuple[Cluster, ...]

    def apps_on(self, cluster: Cluster) -> tuple[App, ...]:
        """The apps that run on a cluster."""
        return tuple(app for app in self.apps if not app.clusters or cluster.name in app.clusters)
