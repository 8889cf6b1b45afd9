"""How rendered objects are labelled, and found."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bayplan.render.site import Site

NAME = "app.kubernetes.io/name"
MANAGED = {"app.kubernetes.io/managed-by": "bayplan"}
"""What everything carries that is made here."""


def selector(workload: str) -> dict[str, str]:
    """The labels that select a workload's pods in its namespace: as few as can be, since they can never change."""
    return {NAME: workload}


def labels(site: Site, workload: str) -> dict[str, str]:
    """The labels of everything that belongs to a workload."""
    return selector(workload) | app_labels(site.app, site.team)


def app_labels(app: str, team: str) -> dict[str, str]:
    """The labels of everything that belongs to an app."""
    return {"app.kubernetes.io/part-of": app, "bayplan.dev/team": team, **MANAGED}
