"""Over what the replicas of a workload are spread."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from bayplan.spec.name import Whole
from bayplan.spec.word import Word
from bayplan.spec.wrong import Wrong, refuse_all


class Spread(Word):
    """Replicas apart from each other, so that one lost machine or zone does not take all."""

    zones: Literal["must", "should", "off"] = "should"
    """Over zones: `must` leaves a replica waiting rather than crowding one zone; `should` does its best."""
    zone_skew: Annotated[Whole, Field(ge=1, le=1000)] = 1
    """Replicas that one zone may have more than another. The default keeps them even; more lets rollouts and small
    pools breathe."""
    hosts: Literal["must", "should", "off"] = "should"
    """Over machines, in the same words."""
    most_per_node: Annotated[Whole, Field(ge=1, le=1000)] | None = None
    """Replicas that one machine runs at the most, also while a new version comes: what a licence allows. Who would
    break it waits. By default any number."""

    @model_validator(mode="after")
    def _agree(self) -> Self:
        if self.hosts == "must" and (self.most_per_node or 1) > 1:
            # Kubernetes takes one rule for a topology that must be kept, and refuses the pod with two
            fix = "Let hosts be `should`, or leave most_per_node out."
            refuse_all([Wrong(what="hosts must be spread and may be shared, too", fix=fix, at="/most_per_node")])
        return self
