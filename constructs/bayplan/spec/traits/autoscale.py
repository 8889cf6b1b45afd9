"""Between how many replicas a workload moves, and by what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Self

from pydantic import Field, model_validator

from bayplan.spec.cron import ZoneName
from bayplan.spec.many import Many
from bayplan.spec.name import Whole
from bayplan.spec.quantity import PercentText
from bayplan.spec.traits.backlog import Lag, Query, QueueLength, SomeRate
from bayplan.spec.traits.schedule import Window, wrongs_of
from bayplan.spec.word import Word
from bayplan.spec.wrong import Wrong, refuse_all

if TYPE_CHECKING:
    from collections.abc import Iterator

CPU = "70%"
"""What is followed where nothing else is said. It leaves room for the minute that a new replica needs."""
OWN = ("cpu", "memory")
"""What Kubernetes measures by itself."""
WAKING = ("lag", "query", "queue", "requests_per_second", "schedule")
"""What is also there while no replica is."""
MEASURED = ("concurrency", "gpu", "requests_per_second", "tokens_per_second")
"""What the platform's Prometheus knows of every workload."""


class Autoscale(Word):
    """Replicas follow the load. The platform is planned for both ends: the minimum is paid for, the maximum fits.

    Where several things are followed, the one that asks for most replicas decides.
    """

    min: Annotated[Whole, Field(ge=0, le=10_000)]
    """Replicas that always run. 0 lets the workload sleep: it is woken by `lag`, `queue`, `query`, `schedule`, or by
    `requests_per_second`, whose first callers are told that nobody is there (503) until it stands."""
    max: Annotated[Whole, Field(ge=1, le=10_000)]
    """Replicas at the highest load."""
    cpu: PercentText | None = None
    """Share of the promised CPU at which a replica is added: by default `70%`, where nothing else is followed."""
    memory: PercentText | None = None
    """Share of the promised memory at which a replica is added: for programs that give memory back."""
    requests_per_second: SomeRate | None = None
    """Requests in a second that one replica carries, as callers' proxies count them; needs a mesh."""
    concurrency: SomeRate | None = None
    """Requests that one replica answers at the same time, as the mesh measures them."""
    tokens_per_second: SomeRate | None = None
    """Tokens in a second that one replica generates, as vLLM counts them."""
    gpu: PercentText | None = None
    """Share of time in which its accelerators are busy at which a replica is added, as NVIDIA's DCGM measures it."""
    lag: Lag | None = None
    """Messages of a stream that wait to be read."""
    queue: QueueLength | None = None
    """Messages that wait in a queue."""
    query: Query | None = None
    """Anything else that Prometheus can be asked."""
    schedule: Many[Window] = ()
    """Hours in which more than `min` run whatever the load: `[{start: 0 8 * * 1-5, end: 0 20 * * 1-5, min: 6}]`."""
    time_zone: ZoneName = "Etc/UTC"
    """Whose clock the schedule means: `"Europe/Berlin"`, with its summer time."""
    hold: Annotated[Whole, Field(ge=0, le=10_000)] | None = None
    """Holds this number of replicas whatever the load, for an incident. The plan keeps its room."""

    @model_validator(mode="after")
    def _agree(self) -> Self:
        refuse_all(self._wrongs())
        return self

    def _wrongs(self) -> Iterator[Wrong]:
        if self.min > self.max:
            yield Wrong(what=f"min {self.min} is above max {self.max}", fix="Raise max or lower min.", at="/min")
        if self.min == 0 and not set(self.follows) & set(WAKING):
            what = (
                f"min is 0, and {' and '.join(self.follows)} cannot be measured where no replica runs: nobody wakes it"
            )
            yield Wrong(what=what, fix=f"Say min: 1, or follow one of {', '.join(WAKING)}.", at="/min")
        if self.hold is not None and not self.min <= self.hold <= self.max:
            what = f"hold {self.hold} is not between min {self.min} and max {self.max}"
            yield Wrong(what=what, fix="The plan has room for these only.", at="/hold")
        if "time_zone" in self.model_fields_set and not self.schedule:
            yield Wrong(what="a time zone without a schedule", fix="Add schedule, or remove it.", at="/time_zone")
        for number, window in enumerate(self.schedule):
            at = f"/schedule/{number}/min"
            if window.min > self.max:
                what = f"window {number + 1} wants {window.min}, max is {self.max}"
                yield Wrong(what=what, fix="Raise max or lower the window's min.", at=at)
            elif window.min <= self.min:
                what = f"window {number + 1} wants {window.min}, and min is {self.min} at all hours"
                yield Wrong(what=what, fix="Lower min, or raise the window's.", at=at)
        yield from wrongs_of(self.schedule)

    @property
    def follows(self) -> tuple[str, ...]:
        """The words of what it follows, sorted; CPU where nothing but the clock is said."""
        words = ("cpu", "memory", "lag", "queue", "query", *MEASURED)
        said = {word for word in words if getattr(self, word) is not None} or {"cpu"}
        return tuple(sorted(said | ({"schedule"} if self.schedule else set())))

    @property
    def cpu_share(self) -> str | None:
        """The share of CPU that it follows; None where it follows other things alone."""
        return self.cpu or (CPU if "cpu" in self.follows else None)

    @property
    def needs_keda(self) -> bool:
        """Whether it follows more than what Kubernetes measures by itself."""
        return not set(self.follows) <= set(OWN)

    @property
    def sources(self) -> tuple[str, ...]:
        """Names of the app's externals that are asked."""
        said = (self.lag and self.lag.source, self.queue and self.queue.source, self.query and self.query.prometheus)
        return tuple(sorted({name for name in said if name}))

    @property
    def asks_prometheus(self) -> tuple[str, ...]:
        """The words for which the cluster's own Prometheus is asked."""
        own = {"query"} if self.query and not self.query.prometheus else set()
        return tuple(sorted(set(self.follows) & (set(MEASURED) | own)))
