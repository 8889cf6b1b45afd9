"""What Flux is told of jobs: failed when nothing more is tried, and never waited for."""

from __future__ import annotations

from typing import Any

import pytest

from bayplan.render.flux.health import HEALTH
from bayplan.render.flux.waiting import waits_for
from bayplan.validation.cel.compiler import Program

FAILED = {"conditions": [{"type": "Suspended", "status": "False"}, {"type": "Failed", "status": "True"}]}
WAITS = {"conditions": [{"type": "Suspended", "status": "True"}, {"type": "Failed", "status": "False"}]}
TOLD = [{"manager": "operator", "subresource": "status"}]
SPARK, SCHEDULED, RAY, TRAIN, SET = (
    ("sparkoperator.k8s.io", "SparkApplication"),
    ("sparkoperator.k8s.io", "ScheduledSparkApplication"),
    ("ray.io", "RayJob"),
    ("trainer.kubeflow.org", "TrainJob"),
    ("jobset.x-k8s.io", "JobSet"),
)


def judged(kind: tuple[str, str], status: dict[str, Any] | None) -> str:
    """As kustomize-controller asks: whether it failed, then whether it is well."""
    expression = HEALTH[kind].expression
    assert expression is not None
    told = {"metadata": {"managedFields": TOLD}, "status": status} if status is not None else {"metadata": {}}
    for verdict in ("failed", "current"):
        program = Program(getattr(expression, verdict), frozenset({"metadata", "status"}))
        if program(told) is True:
            return verdict
    return "in progress"


@pytest.mark.parametrize(
    ("kind", "status", "verdict"),
    [
        (SPARK, None, "current"),
        (SPARK, {}, "current"),
        (SPARK, {"applicationState": {"state": "RUNNING"}}, "current"),
        (SPARK, {"applicationState": {"state": "SUBMISSION_FAILED"}}, "current"),
        (SPARK, {"applicationState": {"state": "FAILED"}}, "failed"),
        (SPARK, {"applicationState": {"state": "COMPLETED"}}, "current"),
        (SCHEDULED, {"scheduleState": "Scheduled"}, "current"),
        (SCHEDULED, {"scheduleState": "FailedValidation"}, "failed"),
        (RAY, None, "current"),
        (RAY, {"jobDeploymentStatus": "Running"}, "current"),
        (RAY, {"jobDeploymentStatus": "Failed"}, "failed"),
        (RAY, {"jobDeploymentStatus": "ValidationFailed"}, "failed"),
        (RAY, {"jobDeploymentStatus": "Complete"}, "current"),
        (TRAIN, None, "current"),
        (TRAIN, {}, "current"),
        (TRAIN, WAITS, "current"),
        (TRAIN, FAILED, "failed"),
        (SET, WAITS, "current"),
        (SET, FAILED, "failed"),
    ],
)
def test_only_what_is_given_up_has_failed(kind: tuple[str, str], status: dict[str, Any] | None, verdict: str) -> None:
    assert judged(kind, status) == verdict


def test_a_job_of_kubernetes_is_not_among_what_is_waited_for() -> None:
    bodies = [
        {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "a", "namespace": "b"}},
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "namespace": "b"}},
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "a", "namespace": "b"}},
    ]
    assert [one["kind"] for one in waits_for(bodies) or ()] == ["Deployment"]
    assert waits_for(bodies[1:]) is None
    assert waits_for(bodies[:2]) == []


@pytest.mark.parametrize(("kind", "is_waited_for"), [("batch/v1/CronJob", False), ("apps/v1/Deployment", True)])
def test_a_claim_is_waited_for_with_what_always_runs(kind: str, is_waited_for: bool) -> None:
    """A claim of a nightly job is bound at night, when its first pod is there."""
    version, _, name = kind.rpartition("/")
    metadata = {"name": "a", "namespace": "b"}
    spec = {"volumes": [{"name": "v", "persistentVolumeClaim": {"claimName": "a"}}]}
    bodies = [
        {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": metadata},
        {"apiVersion": version, "kind": name, "metadata": metadata, "spec": spec},
    ]
    assert (waits_for(bodies) is None) == is_waited_for


def test_what_is_made_once_is_named_since_flux_never_asks_again_about_what_it_skips() -> None:
    once = {"name": "learn-1", "namespace": "a", "annotations": {"kustomize.toolkit.fluxcd.io/ssa": "IfNotPresent"}}
    bodies = [
        {"apiVersion": "jobset.x-k8s.io/v1alpha2", "kind": "JobSet", "metadata": once, "spec": {}},
        {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web", "namespace": "a"}, "spec": {}},
    ]
    assert [one["name"] for one in waits_for(bodies) or ()] == ["learn-1", "web"]
    assert waits_for(bodies[1:]) is None
