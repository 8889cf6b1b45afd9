"""How a new version replaces the old one."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from bayplan.spec.quantity import PercentText
from bayplan.spec.word import Word


class Rollout(Word):
    """New replicas first, old ones go when the new answer: never fewer than asked for."""

    surge: int | PercentText = 1
    """Replicas above the wanted number while a new version comes; the plan keeps room for them."""
    drain_seconds: Annotated[int, Field(ge=0, le=3600)] = 30
    """How long a replica that is told to stop may finish its requests."""
    start_seconds: Annotated[int, Field(ge=1, le=7200)] = 60
    """How long a replica may take until it answers for the first time; after that it is restarted."""
