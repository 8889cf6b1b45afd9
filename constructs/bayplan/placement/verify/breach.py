"""A rule that a plan breaks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Breach:
    """One broken rule, said so that a person can follow it."""

    rule: str
    """Name of the constraint's file."""
    what: str
    """Who breaks it, and by how much."""
