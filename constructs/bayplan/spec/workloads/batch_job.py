"""A program that ends: once, or again and again by schedule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from bayplan.spec.controller import unending
from bayplan.spec.cron import ScheduleText, ZoneName, gap_seconds
from bayplan.spec.many import Many
from bayplan.spec.name import PlainText, Whole
from bayplan.spec.span import SpanText, seconds_of, show_span
from bayplan.spec.workloads.group import Group
from bayplan.spec.workloads.workload import Workload
from bayplan.spec.wrong import Wrong

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.spec.cluster import Cluster

DAY_SECONDS = 86_400
LEAST_LATE_SECONDS = 10
"""CronJobs are looked at so often: with less, runs are left out for no reason."""
OF_A_SCHEDULE = ("time_zone", "overlap", "late", "keep_succeeded", "keep_failed")
ExitCode = Annotated[Whole, Field(ge=1, le=255)]


class BatchJob(Workload):
    """A program that does something and ends: it prepares data, scores a table, cleans up."""

    kind: Literal["BatchJob"] = "BatchJob"
    """Which kind of workload it is; in Python the class says it."""
    schedule: ScheduleText | None = None
    """When it runs, as cron says it: `"30 2 * * *"` is every night at 2:30. By default once: now, and again whenever
    something changes that decides what runs. Where it runs may change without that."""
    time_zone: ZoneName = "Etc/UTC"
    """Whose clock `schedule` means. The default knows no summer time, in which an hour of the night comes twice or not
    at all."""
    overlap: Literal["skip", "replace", "allow"] = "skip"
    """What happens when the next run is due and one still runs: `skip` leaves the next one out, `replace` stops the old
    one, with `allow` both run, and the plan has room for both."""
    late: SpanText | None = None
    """How late a run may begin where the cluster was not there in time; who is later is left out. By default a run
    begins however late it is."""
    keep_succeeded: Annotated[Whole, Field(ge=0, le=100)] = 3
    """Runs by schedule that are kept to be looked at, with their logs, after they succeeded."""
    keep_failed: Annotated[Whole, Field(ge=0, le=100)] = 3
    """The same of runs that failed."""
    parts: Annotated[Whole, Field(ge=1, le=10_000)] = 1
    """Into how many parts the work is cut, one pod each: the program finds its number, from 0, in
    `JOB_COMPLETION_INDEX`. It has succeeded when all parts have."""
    at_once: Annotated[Whole, Field(ge=1, le=10_000)] | None = None
    """Parts that run at the same time; by default all. The plan has room for so many."""
    retries: Annotated[Whole, Field(ge=0, le=100)] = 3
    """How often each part is tried again after it failed. Pods that were lost with their machine, or had to make room,
    do not count."""
    never_retry: Many[ExitCode] = ()
    """Exit codes that mean it cannot succeed, for instance bad arguments: then it is not tried again."""
    deadline: SpanText | None = None
    """How long a run may take in all, with retries, before it is stopped as failed; the time in a queue does not count.
    By default a day, and where it runs by schedule at the most until the next run."""
    stop_time: SpanText = "30s"
    """How long a program that is told to stop (SIGTERM) has to end by itself."""
    run: PlainText = ""
    """Any text; change it to run the same once more: `"2027-01-31"`."""

    def contradictions(self) -> Iterator[Wrong]:
        """Those of all workloads, and those of runs and parts."""
        yield from super().contradictions()
        said = self.model_fields_set
        if self.schedule is None:
            for word in OF_A_SCHEDULE:
                if word in said:
                    fix = 'Say schedule: "30 2 * * *", or remove it.'
                    yield Wrong(what=f"{word} is of what runs by schedule; this runs once", fix=fix, at=f"/{word}")
        elif self.run:
            yield Wrong(what="run starts what runs once; this runs by schedule", fix="Remove it.", at="/run")
        if self.at_once and self.at_once > self.parts:
            fix = "Raise parts or lower at_once."
            yield Wrong(what=f"{self.at_once} parts at once, there are {self.parts}", fix=fix, at="/at_once")
        yield from self._in_time()
        yield from self._of_volumes()

    def _in_time(self) -> Iterator[Wrong]:
        if self.late and seconds_of(self.late) < LEAST_LATE_SECONDS:
            fix = f'Say "{LEAST_LATE_SECONDS}s" or more: schedules are looked at every {LEAST_LATE_SECONDS} seconds.'
            yield Wrong(what=f"{self.late} is too little to begin in", fix=fix, at="/late")
        gap = self.gap_seconds
        if gap and self.deadline and self.overlap == "skip" and seconds_of(self.deadline) > gap:
            often = show_span(f"{gap}s")
            what = f"a run may take {show_span(self.deadline)}, and the next is due after {often}: it would be left out"
            fix = 'Lower deadline, let it run less often, or say overlap: "replace" or "allow".'
            yield Wrong(what=what, fix=fix, at="/deadline")

    def _of_volumes(self) -> Iterator[Wrong]:
        at_once = sum(group.pods_max + group.surge for group in self.groups)
        if self.storage and self.storage.size and not self.storage.shared and at_once > 1:
            what = f"a volume that is made for it belongs to one pod, and {at_once} run at once"
            way = "at_once: 1" if self.pods > 1 else "another overlap"
            fix = f"Say shared: true with the class of a shared file system, or {way}."
            yield Wrong(what=what, fix=fix, at="/storage/size")
        if 0 < self.spot_percent < 100:
            fix = "Say spot: 100%, or leave it out."
            yield Wrong(what="a job cannot run on spot capacity in part", fix=fix, at="/spot")

    def missing_on(self, cluster: Cluster) -> Iterator[Wrong]:
        """A mesh that lets pods end."""
        yield from super().missing_on(cluster)
        yield from unending(cluster, self.name)

    @property
    def gap_seconds(self) -> int:
        """The shortest time between two runs; 0 for what runs once."""
        return gap_seconds(self.schedule)

    @property
    def deadline_seconds(self) -> int:
        """How long a run may take."""
        if self.deadline:
            return seconds_of(self.deadline)
        return min(DAY_SECONDS, self.gap_seconds or DAY_SECONDS)

    @property
    def pods(self) -> int:
        """Pods of one run at the same time."""
        return self.at_once or self.parts

    @property
    def groups(self) -> tuple[Group, ...]:
        """Its parts; of runs that may overlap, so many more as can run besides the first."""
        besides = -(-self.deadline_seconds // self.gap_seconds) - 1 if self.schedule and self.overlap == "allow" else 0
        group = Group(
            resources=self.resources,
            accelerator=self.accelerator,
            pods_min=0,
            pods_max=self.pods,
            surge=self.pods * besides,
        )
        return (group,)
