"""What a Spark job may not say at once, and which settings of Spark are not its to set."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bayplan.spec.span import show_span
from bayplan.spec.spark_memory import too_small
from bayplan.spec.wrong import Wrong

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.spec.workloads.spark_job import SparkJob

OWNED = re.compile(
    r"spark\.(master|app\.name|submit\..*|kubernetes\..*|dynamicAllocation\..*|authenticate.*|network\.crypto\..*"
    r"|memory\.offHeap\..*|blockManager\.port"
    r"|(driver|executor)\.(cores|memory|memoryOverhead|memoryOverheadFactor|instances|pyspark\.memory|port|host|bindAddress"
    r"|blockManager\.port|resource\..*)"
    r"|hadoop\.fs\.s3a\.(endpoint.*|path\.style\.access|connection\.ssl\.enabled))"
)
"""Settings that follow from words, and from the plan."""
SECRET = re.compile(r"(?i)password|secret|token|access\.key|credential|keytab")
LONGEST_SCHEDULED = 63 - len("-ui-svc") - len("-1234567890123456789")
"""A run by schedule is called as the job with the time in nanoseconds behind, and its services as the run."""


def contradictions(job: SparkJob) -> Iterator[Wrong]:
    """Everything in which its words exclude each other."""
    if job.command:
        yield Wrong(what="Spark has its own entry point", fix="Say file, and args behind it.", at="/command")
    if job.file.endswith(".py") == bool(job.main_class):
        fix = "Say main_class of a jar, and leave it out with a .py file."
        yield Wrong(what=f"main_class {job.main_class or 'is missing'} with {job.file}", fix=fix, at="/main_class")
    if job.executors_max is not None and job.executors_max < job.executors:
        what = f"executors_max {job.executors_max} is below executors {job.executors}"
        yield Wrong(what=what, fix="Raise executors_max or lower executors.", at="/executors_max")
    yield from _of_pods(job)
    yield from _of_settings(job)
    yield from _of_runs(job)


def _of_pods(job: SparkJob) -> Iterator[Wrong]:
    for who, resources, at in (("an executor", job.resources, "/resources"), ("the driver", job.driver, "/driver")):
        if resources.memory_limit:
            fix = "Leave it out: Spark sets the limit to what is promised."
            yield Wrong(what=f"memory_limit of {who}", fix=fix, at=f"{at}/memory_limit")
        yield from too_small(who, resources.memory_mib, job.overhead_hundredths, f"{at}/memory")
    if job.storage and job.storage.size and not job.storage.shared:
        fix = "Say shared: true with the class of a shared file system, or keep data in an object store."
        what = f"a volume that is made for it belongs to one pod, and {1 + job.executors_most} would use it"
        yield Wrong(what=what, fix=fix, at="/storage/size")
    if job.spot:
        fix = "Leave it out: without its driver a run begins anew."
        yield Wrong(what="the driver cannot run on spot capacity", fix=fix, at="/spot")


def _of_settings(job: SparkJob) -> Iterator[Wrong]:
    for key in sorted(job.settings):
        at = f"/settings/{key}"
        if not key.startswith("spark."):
            yield Wrong(what=f"'{key}' is no setting of Spark", fix='They begin with "spark.".', at=at)
        elif OWNED.fullmatch(key):
            fix = "Remove it: it follows from the job's words and from the plan."
            yield Wrong(what=f"'{key}' is not to be set by hand", fix=fix, at=at)
        elif SECRET.search(key):
            fix = "Settings are no secrets: name a secret under s3, or mount it."
            yield Wrong(what=f"'{key}' would stand readable in the repository", fix=fix, at=at)


def _of_runs(job: SparkJob) -> Iterator[Wrong]:
    if job.schedule is None:
        for word in ("time_zone", "overlap", "keep_succeeded", "keep_failed"):
            if word in job.model_fields_set:
                fix = 'Say schedule: "30 2 * * *", or remove it.'
                yield Wrong(what=f"{word} is of what runs by schedule; this runs once", fix=fix, at=f"/{word}")
        return
    if job.run:
        yield Wrong(what="run starts what runs once; this runs by schedule", fix="Remove it.", at="/run")
    if len(job.name) > LONGEST_SCHEDULED:
        what = f"the name has {len(job.name)} characters, and each run puts 27 behind it"
        yield Wrong(what=what, fix=f"Take a name of at most {LONGEST_SCHEDULED}.", at="/name")
    whole = job.deadline_seconds * (1 + job.retries)
    if job.deadline and job.overlap == "skip" and whole > job.gap_seconds:
        tries = f"{1 + job.retries} tries of {show_span(job.deadline)} take {show_span(f'{whole}s')}"
        what = f"{tries}, and the next run is due after {show_span(f'{job.gap_seconds}s')}: it would be left out"
        yield Wrong(what=what, fix="Lower deadline or retries, or let it run less often.", at="/deadline")
