"""How a new version replaces the old one."""

from __future__ import annotations

from typing import Annotated

from pydantic import Discriminator, Field, Tag

from bayplan.spec.name import Whole
from bayplan.spec.quantity import PercentText
from bayplan.spec.word import Word


def _form(surge: object) -> str:
    return "share" if isinstance(surge, str) else "number"


Surge = Annotated[
    Annotated[Annotated[Whole, Field(ge=1, le=10_000)], Tag("number")] | Annotated[PercentText, Tag("share")],
    Discriminator(_form),
]
"""A number of replicas, or a share of the wanted ones."""


class Rollout(Word):
    """New replicas first, old ones go when the new answer: never fewer than asked for."""

    surge: Surge = 1
    """Replicas above the wanted number while a new version comes (`2`, `"25%"`); the plan keeps room for them."""
    drain_seconds: Annotated[Whole, Field(ge=0, le=3600)] = 30
    """How long a replica that is told to stop may finish its requests."""
    start_seconds: Annotated[Whole, Field(ge=1, le=7200)] = 60
    """How long a replica may take until it answers for the first time; after that it is restarted."""

    def surge_of(self, replicas: int) -> int:
        """Replicas above `replicas` during a rollout; shares are rounded up, as Kubernetes does."""
        if isinstance(self.surge, int):
            return self.surge
        return -(-replicas * int(self.surge.removesuffix("%")) // 100)
