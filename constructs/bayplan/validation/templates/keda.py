"""KEDA's ScaledJob: a Job for what waits in a queue.

Source: <https://keda.sh/docs/latest/reference/scaledjob-spec/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.fields import mapping_at
from bayplan.validation.pod import Count
from bayplan.validation.templates.builtin import JOB_LABELS
from bayplan.validation.templates.reading import job_count, number, templated, times

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.pod import Pod
    from bayplan.validation.templates.reading import Maker, Tree


def scaled_job(owner: Manifest, _: Tree) -> Iterator[Pod]:
    """The pods of its Jobs."""
    of_each = job_count(mapping_at(owner.body, "spec", "jobTargetRef"))
    least = number(owner.body, "spec", "minReplicaCount", default=0)
    most = number(owner.body, "spec", "maxReplicaCount", default=100)
    yield templated(
        owner,
        *("spec", "jobTargetRef", "template"),
        labels={"scaledjob.keda.sh/name": owner.ref.name},
        added=JOB_LABELS,
        count=Count(times(least, of_each.least), times(most, of_each.most)),
    )


MAKERS: dict[str, Maker] = {"ScaledJob.keda.sh": scaled_job}
