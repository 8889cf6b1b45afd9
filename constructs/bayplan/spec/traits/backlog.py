"""Work that waits somewhere else, and what somebody else measures: what replicas can follow besides their own load."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from bayplan.spec.name import Name, PlainText, Whole
from bayplan.spec.traits.load import RateText
from bayplan.spec.word import Word
from bayplan.spec.wrong import Wrong, refuse, refuse_all


def _check_rate(rate: str) -> str:
    if rate == "0":
        refuse("0 is carried by any number of replicas", "Write what one replica carries.")
    return rate


SomeRate = Annotated[RateText, AfterValidator(_check_rate)]
"""So many of something for each replica, more than none."""
Ask = Annotated[PlainText, Field(min_length=1, max_length=4096)]
Part = Annotated[PlainText, Field(min_length=1, max_length=255)]


class Lag(Word):
    """Messages of a stream that nobody has read yet. One replica reads at least one partition: more do nothing."""

    kafka: Name | None = None
    """Name of a Kafka among the app's `externals`."""
    topic: Part | None = None
    """Topic; by default all that the group reads."""
    group: Part | None = None
    """Consumer group that reads it."""
    nats: Name | None = None
    """Name of a NATS with JetStream among the app's `externals`."""
    stream: Part | None = None
    """Stream of JetStream."""
    consumer: Part | None = None
    """Consumer that reads it."""
    account: Part = "$G"
    """Account of NATS; by default the global one."""
    per_replica: Annotated[Whole, Field(ge=1, le=10**9)]
    """Messages that may wait for each replica."""
    wake_above: Annotated[Whole, Field(ge=0, le=10**9)] = 0
    """Messages that must wait before the first replica starts, where `min` is 0."""

    @model_validator(mode="after")
    def _agree(self) -> Self:
        parts = {"kafka": ("group", "topic"), "nats": ("stream", "consumer", "account")}
        refuse_all(_choose(self, parts, optional=("topic", "account")))
        return self

    @property
    def source(self) -> str:
        """Name of the external."""
        return self.kafka or self.nats or ""


class QueueLength(Word):
    """Messages in a queue."""

    sqs: Name | None = None
    """Name of an SQS queue among the app's `externals`; its address is the queue's URL."""
    rabbitmq: Name | None = None
    """Name of a RabbitMQ among the app's `externals`."""
    name: Part | None = None
    """Name of the queue in RabbitMQ."""
    redis: Name | None = None
    """Name of a Redis among the app's `externals`."""
    list: Part | None = None
    """Name of the list in Redis."""
    per_replica: Annotated[Whole, Field(ge=1, le=10**9)]
    """Messages that may wait for each replica."""
    wake_above: Annotated[Whole, Field(ge=0, le=10**9)] = 0
    """Messages that must wait before the first replica starts, where `min` is 0."""

    @model_validator(mode="after")
    def _agree(self) -> Self:
        refuse_all(_choose(self, {"sqs": (), "rabbitmq": ("name",), "redis": ("list",)}))
        return self

    @property
    def source(self) -> str:
        """Name of the external."""
        return self.sqs or self.rabbitmq or self.redis or ""


class Query(Word):
    """A question to Prometheus whose answer is one number: how much there is to carry."""

    promql: Ask
    """The question: `"sum(jobs_waiting)"`. Where it has no answer, replicas stay as they are: write
    `... or vector(0)` where nothing means none."""
    per_replica: SomeRate
    """How much of it one replica carries."""
    wake_above: RateText = "0"
    """How much there must be before the first replica starts, where `min` is 0."""
    prometheus: Name | None = None
    """Name of a Prometheus among the app's `externals`; by default the cluster's own."""


def _choose(word: Word, parts: dict[str, tuple[str, ...]], optional: tuple[str, ...] = ()) -> list[Wrong]:
    """One of several systems, with its parts and none of another's."""
    said = [name for name in parts if getattr(word, name)]
    if len(said) != 1:
        what = f"{' and '.join(said)} are named" if said else "nothing is named that could be asked"
        return [Wrong(what=what, fix=f"Name one of {', '.join(parts)}.", at=f"/{said[1]}" if said else "")]
    own = parts[said[0]]
    wrongs = [
        Wrong(what=f"{said[0]} needs {part}", fix=f"Add {part}.", at=f"/{said[0]}")
        for part in own
        if part not in optional and getattr(word, part) is None
    ]
    strange = [part for others in parts.values() for part in others if part not in own]
    return wrongs + [
        Wrong(what=f"{part} does not go with {said[0]}", fix="Remove it.", at=f"/{part}")
        for part in strange
        if part in word.model_fields_set
    ]
