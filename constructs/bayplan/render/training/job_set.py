"""JobSet: the Jobs of all roles, which start, fail, start again and succeed together.

Source: <https://jobset.sigs.k8s.io/docs/concepts/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bayplan.spec.span import seconds_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bayplan.render.api_object import Body
    from bayplan.render.training.role import Role
    from bayplan.spec.workloads.training_job import TrainingJob

LOST = [{"type": "DisruptionTarget", "status": "True"}]
"""Condition of pods that were evicted, preempted, or whose machine went away."""


def job_set_spec(job: TrainingJob, roles: Sequence[Role], templates: Mapping[str, Body]) -> Body:
    """`templates` are those of pods, by role."""
    ending = [role.name for role in roles if role.ends]
    return {
        "network": {"enableDNSHostnames": True, "publishNotReadyAddresses": True},
        "successPolicy": {
            "operator": "All",
            "targetReplicatedJobs": ending if len(ending) < len(roles) else None,
        },
        "failurePolicy": _failure(job),
        "replicatedJobs": [_replicated(job, role, templates[role.name]) for role in roles],
    }


def _failure(job: TrainingJob) -> Body:
    """All start again together, when the pods of the attempt before are gone.

    Only the program's own failures count. Who loses a machine to somebody else fails its Job at once
    (`podFailurePolicy`), before those that waited for it have noticed and failed, too.
    """
    rules: list[Body] = [
        {
            "name": "preempted",
            "action": "RestartJobSetAndIgnoreMaxRestarts",
            "onJobFailureReasons": ["PodFailurePolicy"],
        }
    ]
    if job.deadline:
        rules.append({"name": "deadline", "action": "FailJobSet", "onJobFailureReasons": ["DeadlineExceeded"]})
    return {"maxRestarts": job.attempts_more, "restartStrategy": "BlockingRecreate", "rules": rules}


def _replicated(job: TrainingJob, role: Role, template: Body) -> Body:
    spec: dict[str, Any] = {
        "parallelism": role.count,
        "completions": role.count,
        "completionMode": "Indexed",
        "backoffLimit": role.retries if role.lone else 0,
        "activeDeadlineSeconds": seconds_of(job.deadline) if job.deadline else None,
        "podFailurePolicy": {"rules": [{"action": "Ignore" if role.lone else "FailJob", "onPodConditions": LOST}]},
        "successPolicy": {"rules": [{"succeededIndexes": "0"}]} if role.first_decides else None,
        "template": template,
    }
    return {
        "name": role.name,
        "replicas": 1,
        "dependsOn": [{"name": role.after, "status": "Ready"}] if role.after else None,
        "template": {"spec": spec},
    }
