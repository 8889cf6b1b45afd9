"""A program that is run many times, with other parameters each time, to find the best."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from bayplan.spec.controller import absent
from bayplan.spec.name import PlainText, VersionText, Whole
from bayplan.spec.span import SpanText, seconds_of
from bayplan.spec.traits.resources import Resources
from bayplan.spec.traits.search import Search, StopEarly
from bayplan.spec.tuning_agreement import contradictions
from bayplan.spec.workloads.group import Group
from bayplan.spec.workloads.workload import Workload

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.spec.cluster import Cluster
    from bayplan.spec.wrong import Wrong

HEAD, TRIAL, SUBMITTER = "head", "trial", "submitter"
ParameterName = Annotated[str, Field(pattern=r"^[A-Za-z][-A-Za-z0-9_]{0,62}$")]


class TuningJob(Workload):
    """Trials of one program on a Ray cluster of their own (Ray Tune), which is there as long as they run.

    The image holds Ray and the program. Each trial is `command` and `args` with one `--name=value` for each parameter,
    and prints `metric=0.25` as often as it likes. The best parameters are the last line of the submitter's log.
    Its pods stay out of the mesh: Ray's parts find each other by address, on ports that they choose.
    """

    kind: Literal["TuningJob"] = "TuningJob"
    """Which kind of workload it is; in Python the class says it."""
    space: Annotated[dict[ParameterName, Search], Field(min_length=1, max_length=100)]
    """What is tried: `{lr: {low: 0.0001, high: 0.1, log: true}, optimizer: {choices: [adam, sgd]}}`."""
    metric: Annotated[str, Field(pattern=r"^[A-Za-z][-A-Za-z0-9_/.]{0,62}$")]
    """What says how good a trial is: `"loss"` is read from lines such as `loss=0.25` or `loss: 0.25`."""
    goal: Literal["min", "max"]
    """Whether less or more of it is better."""
    trials: Annotated[Whole, Field(ge=1, le=10_000)] = 10
    """Trials in all; values are drawn at random, by `seed`."""
    at_once: Annotated[Whole, Field(ge=1, le=1000)] = 2
    """Trials at the same time, one pod each. The plan has room for so many."""
    stop_early: StopEarly | None = None
    """Stops trials that lag behind; by default each runs to its end."""
    seed: Annotated[Whole, Field(ge=0, le=2**31 - 1)] = 1
    """The same seed draws the same values."""
    resources: Resources = Resources(cpu="1", memory="4Gi")
    """What one trial uses; `accelerator` is that of one trial, too."""
    head: Resources = Resources(cpu="1", memory="2Gi")
    """What the pod uses that keeps the trials; none runs on it."""
    ray: VersionText = "2.52.0"
    """Version of Ray in the image."""
    retries: Annotated[Whole, Field(ge=0, le=100)] = 1
    """How often a trial is tried again after it failed, or its machine was lost."""
    deadline: SpanText = "1d"
    """How long all of it may take, before it is stopped as failed."""
    run: PlainText = ""
    """Any text; change it to run the same once more: `"2027-01-31"`."""

    def contradictions(self) -> Iterator[Wrong]:
        """Those of all workloads, and those of trials."""
        yield from super().contradictions()
        yield from contradictions(self)

    def missing_on(self, cluster: Cluster) -> Iterator[Wrong]:
        """The operator that makes Ray clusters. Katib alone does not do: its kinds have no schema to be checked by."""
        yield from super().missing_on(cluster)
        yield from absent(cluster, self.name, "kuberay", "which runs its trials on Ray")

    @property
    def deadline_seconds(self) -> int:
        """How long all of it may take."""
        return seconds_of(self.deadline)

    @property
    def in_mesh(self) -> bool:
        """Its pods find each other by address, on ports that they choose."""
        return False

    @property
    def groups(self) -> tuple[Group, ...]:
        """The head, one pod for each trial at once, and the pod that hands the work in and waits for it."""
        submitter = Resources(cpu="100m", memory="512Mi")
        return (
            Group(name=HEAD, resources=self.head, pods_min=0, pods_max=1),
            Group(
                name=TRIAL,
                resources=self.resources,
                accelerator=self.accelerator,
                pods_min=0,
                pods_max=self.at_once,
            ),
            Group(name=SUBMITTER, resources=submitter, pods_min=0, pods_max=1),
        )
