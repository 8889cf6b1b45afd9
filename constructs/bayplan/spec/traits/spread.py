"""Over what the replicas of a workload are spread."""

from __future__ import annotations

from typing import Literal

from bayplan.spec.word import Word


class Spread(Word):
    """Replicas apart from each other, so that one lost machine or zone does not take all."""

    zones: Literal["must", "should", "off"] = "should"
    """Over zones: `must` leaves a replica waiting rather than crowding one zone; `should` does its best."""
    hosts: Literal["must", "should", "off"] = "should"
    """Over machines, in the same words."""
