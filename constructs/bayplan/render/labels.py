"""How rendered objects are labelled, and found."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bayplan.render.site import Site

NAME = "app.kubernetes.io/name"
PART = "bayplan.dev/part"
"""Tells the parts of a workload apart."""
MANAGED = {"app.kubernetes.io/managed-by": "bayplan"}
"""What everything carries that is made here."""


def selector(workload: str, part: str = "") -> dict[str, str]:
    """The labels that select the pods of a workload, or of a part of it: as few as can be, since they never change."""
    return {NAME: workload} | ({PART: part} if part else {})


def labels(site: Site, workload: str, part: str = "") -> dict[str, str]:
    """The labels of everything that belongs to a workload, or to a part of it."""
    return selector(workload, part) | app_labels(site.app, site.team)


def app_labels(app: str, team: str) -> dict[str, str]:
    """The labels of everything that belongs to an app."""
    return {"app.kubernetes.io/part-of": app, "bayplan.dev/team": team, **MANAGED}
