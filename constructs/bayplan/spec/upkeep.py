"""What becomes of the nodes of a pool that Karpenter runs: how long they stay, what replaces them, how they are made.

Source: <https://karpenter.sh/docs/concepts/disruption/>
"""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Discriminator, Field, Tag, model_validator

from bayplan.spec.cron import ScheduleText
from bayplan.spec.karpenter import ImageText, NewTags, SomeTags, form, image_wrongs
from bayplan.spec.name import Whole
from bayplan.spec.word import Word
from bayplan.spec.wrong import Wrong, refuse, refuse_all, show

NEVER = "never"
_HOURS = re.compile(r"([0-9]+(s|m|h))+")


def _check_age(text: str) -> str:
    if text != NEVER and not _HOURS.fullmatch(text):
        refuse(f"{show(text)} is no age of a node", 'Write "720h", "30m" or "never".')
    if not re.search("[1-9]", text) and text != NEVER:
        refuse(f"nodes that are replaced at the age of {text} are never there", 'Write "720h" or "never".')
    return text


def _check_grace(text: str) -> str:
    if not _HOURS.fullmatch(text):
        refuse(f"{show(text)} is no time", 'Write "48h" or "30m".')
    return text


def _check_span(text: str) -> str:
    if not re.fullmatch(r"[0-9]+h([0-9]+m)?|[0-9]+m", text):
        refuse(f"{show(text)} is no time in hours and minutes", 'Write "8h", "30m" or "1h30m".')
    return text


def _check_nodes(text: str) -> str:
    if not re.fullmatch(r"(100|[0-9]{1,2})%|[0-9]+", text):
        refuse(f"{show(text)} is no number of nodes", 'Write "10%" or "1", in quotes.')
    return text


AgeText = Annotated[str, AfterValidator(_check_age), Field(examples=["720h", "never"])]
GraceText = Annotated[str, AfterValidator(_check_grace), Field(examples=["48h"])]
SpanText = Annotated[str, AfterValidator(_check_span), Field(examples=["8h"])]
Reservations = Annotated[
    Annotated[SomeTags, Tag("tags")]
    | Annotated[tuple[Annotated[str, Field(pattern=r"^cr-[0-9a-z]+$")], ...], Field(min_length=1), Tag("ids")],
    Discriminator(form),
]
"""Capacity reservations by all of these tags, or by their ids."""


class Budget(Word):
    """How many nodes of a pool may be taken down at once."""

    nodes: Annotated[str, AfterValidator(_check_nodes), Field(examples=["10%", "1", "0"])]
    """A share of the pool's nodes, rounded up, or a number; `"0"` for none."""
    reasons: tuple[Literal["Underutilized", "Empty", "Drifted", "Unhealthy"], ...] = ()
    """Why they would be taken down. By default for whatever reason."""
    schedule: ScheduleText | None = None
    """When this budget begins to hold, as cron says it, in UTC. By default it always holds."""
    duration: SpanText | None = None
    """How long it holds from then on: `"8h"`."""

    @model_validator(mode="after")
    def _agree(self) -> Self:
        if bool(self.schedule) != bool(self.duration):
            missing, there = ("duration", "schedule") if self.schedule else ("schedule", "duration")
            refuse_all(
                [Wrong(what=f"{there} without {missing}", fix=f"Say {missing} too, or neither.", at=f"/{there}")]
            )
        return self


class Upkeep(Word):
    """What Karpenter does with the nodes of one pool."""

    consolidate: Literal["empty", "underused", "balanced", "never"] | None = None
    """Which nodes may go to save money: `empty` ones; `underused` ones, whose pods are moved; `balanced`, underused
    ones if the saving is worth the move. By default underused ones, and in pools with accelerators empty ones: what
    runs there takes minutes to start again. Of nodes that are always there none go."""
    after: GraceText | None = None
    """How long nothing must have changed on a node before: `"10m"`. By default 5 minutes, with accelerators 10."""
    expire: AgeText = "720h"
    """Age at which a node is replaced, whatever runs there: image and keys are no older than that. `"never"` where
    longer work must not be cut off; then only a new image replaces it, and that waits for pods which may not go."""
    grace: GraceText | None = None
    """How long pods may keep a node that has to go (`"48h"`); then it goes, whatever disruption budgets say. By
    default for ever: no pod is cut off, and one that may not be evicted keeps its node."""
    budgets: Annotated[tuple[Budget, ...], Field(min_length=1, max_length=50)] = (Budget(nodes="10%"),)
    """How many nodes may be taken down at once, the strictest holds. By default a tenth."""
    standing: bool = False
    """Whether the nodes that the plan has at the minimum load are always there, whatever pods do: none of those waits
    for a machine. By default only `nodes.min` are."""
    weight: Annotated[Whole | None, Field(ge=1, le=100)] = None
    """Which pool is taken first by pods that may run in several: the highest. By default the cheapest."""
    image: ImageText | None = None
    """Another machine image than the cluster's."""
    family: Literal["AL2023", "Bottlerocket"] | None = None
    """What it is built like, where it is given by its id."""
    tags: NewTags = Field(default_factory=dict)
    """Tags beside the cluster's."""
    placement_group: Annotated[str | None, Field(min_length=1, max_length=255)] = None
    """Name of a placement group that is there, or its id (`pg-...`). For `network` one of the strategy `cluster`."""
    reservations: Reservations | None = None
    """Capacity reservations that a `reserved` pool uses, by ids (`cr-...`) or tags."""
    local_disks: bool = False
    """Whether the disks inside of the machine become the node's own, as one. By default it is a network disk."""

    @model_validator(mode="after")
    def _agree(self) -> Self:
        wrongs = image_wrongs(self.image, self.family)
        if self.consolidate == NEVER and self.after:
            wrongs.append(Wrong(what="after says when what never happens", fix="Remove it.", at="/after"))
        refuse_all(wrongs)
        return self
