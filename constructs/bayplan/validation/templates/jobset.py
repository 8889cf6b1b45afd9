"""JobSet: Jobs of several roles, each with its number.

Source: <https://github.com/kubernetes-sigs/jobset/blob/main/pkg/constants/constants.go>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.fields import mapping_at, mappings_at, text_at
from bayplan.validation.pod import UNCOUNTED
from bayplan.validation.templates.builtin import JOB_LABELS
from bayplan.validation.templates.reading import each, job_count, number, templated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.pod import Count, Pod
    from bayplan.validation.templates.reading import Maker, Tree

JOBSET = "jobset.sigs.k8s.io/"
JOBSET_LABELS = (
    *JOB_LABELS,
    *(
        f"{JOBSET}{name}"
        for name in (
            "coordinator",
            "global-replicas",
            "group-name",
            "in-place-restart-attempt",
            "job-restart-attempt",
            "group-replicas",
            "job-global-index",
            "job-group-index",
            "job-index",
            "job-key",
            "jobset-uid",
            "priority",
            "restart-attempt",
        )
    ),
)


def jobset(owner: Manifest, _: Tree) -> Iterator[Pod]:
    """The pods of each replicated Job."""
    for index, part in mappings_at(owner.body, "spec", "replicatedJobs"):
        yield templated(
            owner,
            *("spec", "replicatedJobs", index, "template", "spec", "template"),
            labels=labels_of(owner.ref.name, part),
            added=JOBSET_LABELS,
            count=count_of(part),
            role=text_at(part, "name"),
        )


def labels_of(jobset_name: str, part: dict[str, object]) -> dict[str, str]:
    """Labels of the pods of one replicated Job that are known from the file."""
    labels = {f"{JOBSET}jobset-name": jobset_name, f"{JOBSET}replicatedjob-name": text_at(part, "name")}
    replicas = number(part, "replicas")
    return labels if replicas is None else labels | {f"{JOBSET}replicatedjob-replicas": str(replicas)}


def count_of(part: dict[str, object]) -> Count:
    """Jobs times the pods of each."""
    replicas = number(part, "replicas")
    return UNCOUNTED if replicas is None else each(job_count(mapping_at(part, "template", "spec")), replicas)


MAKERS: dict[str, Maker] = {"JobSet.jobset.x-k8s.io": jobset}
