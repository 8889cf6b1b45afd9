"""The numbers or the policies of a Job contradict each other.

The API server refuses the object, and Flux stops with everything that is applied with it; where JobSet makes the Job,
its pods never come. Indexes reach from 0 to `completions` minus one, and no more of them can fail or succeed than there
are; an index can fail alone only where each has tries of its own; exit codes are listed in ascending order, and 0 is no
failure; pods of a Job with a podFailurePolicy are replaced when they have failed, not while they stop.

Source: <https://kubernetes.io/docs/concepts/workloads/controllers/job/>,
<https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/apis/batch/validation/validation.go>
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from bayplan.validation.fields import is_variable, mapping_at, mappings_at, text_at, value_at, whole_at
from bayplan.validation.finding import Severity
from bayplan.validation.kinds import kind_of
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: batch/v1
kind: Job
metadata: {name: chat, namespace: chat}
spec:
  completionMode: Indexed
  completions: 4
  backoffLimitPerIndex: 1
  maxFailedIndexes: 5
  template:
    spec:
      restartPolicy: Never
      containers: [{name: chat, image: "registry.example.com/chat@sha256:0"}]
"""
GOOD = BAD.replace("maxFailedIndexes: 5", "maxFailedIndexes: 2")
MOST = 100_000
"""Parallel pods, and failed indexes, of an indexed Job; with more indexes than that the next bound holds."""
MOST_OF_MANY = 10_000
INDEXES = re.compile(r"[0-9]+(-[0-9]+)?(,[0-9]+(-[0-9]+)?)*")


@rule(
    "WRK019",
    severity=Severity.SYNC,
    rows=("W3",),
    kinds=("CronJob.batch", "Job.batch", "JobSet.jobset.x-k8s.io"),
    fix="let the numbers and policies agree",
)
def job_contradicts_itself(workload: Manifest, _: World) -> Iterator[Hit]:
    """Judge every Job that an object is, or makes."""
    kind = kind_of(workload)
    if kind == "Job.batch":
        spec = mapping_at(workload.body, "spec")
        yield from of_job(spec, "/spec")
        yield from of_name(workload.ref.name, spec)
    elif kind == "CronJob.batch":
        yield from of_job(mapping_at(workload.body, "spec", "jobTemplate", "spec"), "/spec/jobTemplate/spec")
    else:
        for index, part in mappings_at(workload.body, "spec", "replicatedJobs"):
            # JobSet's own default is another one
            job = {"completionMode": "Indexed"} | mapping_at(part, "template", "spec")
            yield from of_job(job, f"/spec/replicatedJobs/{index}/template/spec")


def of_job(spec: dict[str, Any], where: str) -> Iterator[Hit]:
    """All of one Job."""
    failing = "podFailurePolicy" in spec
    if text_at(spec, "completionMode") == "Indexed":
        yield from of_numbers(spec, where)
        yield from of_success(spec, where)
    for index, one in mappings_at(spec, "podFailurePolicy", "rules"):
        place = f"{where}/podFailurePolicy/rules/{index}"
        if text_at(one, "action") == "FailIndex" and value_at(spec, "backoffLimitPerIndex") is None:
            yield Hit(f"{place}/action", "fails one index alone, which needs a backoffLimitPerIndex")
        yield from of_codes(mapping_at(one, "onExitCodes"), f"{place}/onExitCodes")
    if failing and text_at(spec, "podReplacementPolicy") not in ("", "Failed"):
        message = "a Job with a podFailurePolicy replaces pods when they have Failed"
        yield Hit(f"{where}/podReplacementPolicy", message)


def of_name(name: str, spec: dict[str, Any]) -> Iterator[Hit]:
    """Pods are called as their Job with the index behind, and so are their hosts."""
    count = whole_at(spec, "completions")
    if text_at(spec, "completionMode") != "Indexed" or not count or is_variable(name):
        return
    last = f"{name}-{count - 1}"
    if "." in name or len(last) > 63:
        what = "a dot" if "." in name else f"{len(last)} characters, more than 63"
        yield Hit("/metadata/name", f"its last pod would be called {last}: no name of a host has {what}")


def indexes_of(spec: dict[str, Any]) -> int | None:
    """How many indexes there are; where neither number is said, both are 1."""
    return 1 if "completions" not in spec and "parallelism" not in spec else whole_at(spec, "completions")


def of_numbers(spec: dict[str, Any], where: str) -> Iterator[Hit]:
    """Indexes, and how many of them may run at once and fail."""
    count, failed, at_once = indexes_of(spec), whole_at(spec, "maxFailedIndexes"), whole_at(spec, "parallelism")
    if count is not None and failed is not None and failed > count:
        yield Hit(f"{where}/maxFailedIndexes", f"{failed} indexes may fail, and there are {count}")
    is_large = count is not None and count > MOST and value_at(spec, "backoffLimitPerIndex") is not None
    most = MOST_OF_MANY if is_large else MOST
    if at_once is not None and at_once > most:
        yield Hit(f"{where}/parallelism", f"{at_once} pods at once; an indexed Job may have {most}")
    if failed is not None and most < failed <= (count or failed):
        yield Hit(f"{where}/maxFailedIndexes", f"{failed} indexes may fail; {most} is the most")
    if is_large and failed is None:
        message = f"more than {MOST} indexes with tries of their own need maxFailedIndexes"
        yield Hit(f"{where}/completions", message)


def of_codes(codes: dict[str, Any], where: str) -> Iterator[Hit]:
    """Exit codes by which a failure is told from another."""
    values = [one for one in codes.get("values") or () if isinstance(one, int)] if codes else []
    if values != sorted(values):
        yield Hit(f"{where}/values", f"exit codes must be listed in ascending order: {sorted(set(values))}")
    if 0 in values and text_at(codes, "operator") == "In":
        yield Hit(f"{where}/values/{values.index(0)}", "0 is no failure: with `operator: In` it cannot be listed")


def of_success(spec: dict[str, Any], where: str) -> Iterator[Hit]:
    """When a Job has done enough."""
    count = indexes_of(spec)
    for index, one in mappings_at(spec, "successPolicy", "rules"):
        place, wanted = f"{where}/successPolicy/rules/{index}", whole_at(one, "succeededCount")
        text = one.get("succeededIndexes")
        if wanted is None and text is None:
            yield Hit(place, "says neither how many indexes must succeed nor which")
        if count is not None and wanted is not None and wanted > count:
            yield Hit(f"{place}/succeededCount", f"{wanted} indexes must succeed, and there are {count}")
        if isinstance(text, str) and not is_variable(text):
            yield from of_indexes(text, wanted, count, place)


def of_indexes(text: str, wanted: int | None, count: int | None, where: str) -> Iterator[Hit]:
    """Indexes as they are written: `1,3-5`, ascending."""
    ranges = (
        [[int(number) for number in part.split("-")] for part in text.split(",")] if INDEXES.fullmatch(text) else []
    )
    edges = [number for one in ranges for number in one]
    if text and (not ranges or edges != sorted(set(edges))):
        yield Hit(f"{where}/succeededIndexes", f'"{text}" is no list of indexes in ascending order, such as "1,3-5"')
    elif edges and count is not None and edges[-1] >= count:
        yield Hit(f"{where}/succeededIndexes", f"index {edges[-1]} must succeed, and the last one is {count - 1}")
    else:
        listed = sum(one[-1] - one[0] + 1 for one in ranges)
        if wanted is not None and listed < wanted <= (count or wanted):
            yield Hit(f"{where}/succeededCount", f"{wanted} of {listed} indexes must succeed")
