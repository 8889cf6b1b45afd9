"""What every kind of workload becomes: a construct of several objects."""

from __future__ import annotations

from typing import Protocol


class Workload(Protocol):
    """The objects of one workload."""

    rollout_seconds: int
    """How long a new version takes until all of it is ready, at the most; Flux waits as long."""
