"""Volcano's Job: tasks that start together.

Source: <https://github.com/volcano-sh/volcano/blob/master/pkg/controllers/job/job_controller_util.go>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.fields import mappings_at, text_at
from bayplan.validation.templates.reading import fixed, templated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.pod import Pod
    from bayplan.validation.templates.reading import Maker, Tree


def job(owner: Manifest, _: Tree) -> Iterator[Pod]:
    """The pods of each task."""
    queue = text_at(owner.body, "spec", "queue") or "default"
    for index, task in mappings_at(owner.body, "spec", "tasks"):
        name = text_at(task, "name") or f"default{index}"
        yield templated(
            owner,
            *("spec", "tasks", index, "template"),
            labels={
                "volcano.sh/job-name": owner.ref.name,
                "volcano.sh/job-namespace": owner.ref.namespace,
                "volcano.sh/queue-name": queue,
                "volcano.sh/task-spec": name,
            },
            added=("volcano.sh/task-index",),
            count=fixed(task, "replicas"),
            role=name,
        )


MAKERS: dict[str, Maker] = {"Job.batch.volcano.sh": job}
