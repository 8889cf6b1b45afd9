"""Who has to agree to a change: plain records, as in review.py."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """Who has to agree."""

    APP_OWNER = "app-owner"
    """The team that owns an app: subject is the app, or the namespace."""
    CLUSTER_OWNER = "cluster-owner"
    """The platform engineers: subject is the cluster."""
    SECOND_REVIEWER = "second-reviewer"
    """One person more than usual."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Need:
    """What a change needs before it is merged: data that CI can enforce."""

    role: Role
    subject: str
    """App, cluster, or "" for the change as a whole."""
    why: str
    team: str = ""
    """Who that is, where the tree says it."""
