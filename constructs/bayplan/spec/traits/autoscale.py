"""Between how many replicas a workload moves, and by what."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from bayplan.spec.quantity import PercentText
from bayplan.spec.word import Word


class Autoscale(Word):
    """Replicas follow the load. The platform is planned for both ends: the minimum is paid for, the maximum fits."""

    min: Annotated[int, Field(ge=1, le=10_000)]
    """Replicas that always run."""
    max: Annotated[int, Field(ge=1, le=10_000)]
    """Replicas at the highest load."""
    cpu: PercentText = "70%"
    """Share of the promised CPU at which a replica is added."""
