"""Everything that was asked for: all apps and all clusters of a repository."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from bayplan.spec.app import App
    from bayplan.spec.cluster import Cluster
    from bayplan.spec.sealed import Sealed


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """Apps and clusters, each sorted by name."""

    root: Path
    """The repository."""
    apps: tuple[App, ...]
    clusters: tuple[Cluster, ...]
    sealed: tuple[Sealed, ...] = ()
    """Encrypted secrets, sorted by file."""

    def apps_on(self, cluster: Cluster) -> tuple[App, ...]:
        """The apps that run on a cluster: that name it, or that name none and may be in its region."""
        return tuple(app for app in self.apps if runs_on(app, cluster))


def runs_on(app: App, cluster: Cluster) -> bool:
    """Whether an app runs on a cluster."""
    if app.clusters:
        return cluster.name in app.clusters
    return not app.regions or cluster.region in app.regions
