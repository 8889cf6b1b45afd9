"""Which pods of StatefulSets, DaemonSets, ReplicaSets, CronJobs, Jobs and Pods are made anew."""

from __future__ import annotations

import pytest
from tests.review.rolled import SERVICE, told, workload
from tests.review.step import effects_between

JOB = """apiVersion: batch/v1
kind: Job
metadata: {name: migrate, namespace: shop}
spec: {template: {spec: {restartPolicy: Never, containers: [{name: migrate, image: "web:v1"}]}}}
"""
CRON = """apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly, namespace: shop}
spec:
  schedule: "0 3 * * *"
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: nightly, image: "web:v1"}]}}}}
"""
POD = """apiVersion: v1
kind: Pod
metadata: {name: alone, namespace: shop}
spec: {containers: [{name: web, image: "web:v1"}]}
"""
TWO = "the other 2 stay ready"


@pytest.mark.parametrize(
    ("spec", "what", "says"),
    [
        ("replicas: 3", "pods-roll ATTENTION 3/1", f"rolls 3 pods, the last one first, one at a time; {TWO}"),
        (
            "replicas: 2",
            "pods-roll ATTENTION 2/1",
            "rolls 2 pods, the last one first, one at a time; the other 1 stays ready",
        ),
        ("", "pods-roll DANGER 1/1", "stops its 1 pod and makes it anew: none is ready in between"),
        (
            "replicas: 3\npodManagementPolicy: Parallel",
            "pods-roll ATTENTION 3/1",
            f"rolls 3 pods, the last one first, one at a time; {TWO}",
        ),
        (
            "replicas: 4\nupdateStrategy: {rollingUpdate: {maxUnavailable: 2}}",
            "pods-roll ATTENTION 4/2",
            f"rolls 4 pods, the last one first, 2 at a time; {TWO}",
        ),
        (
            "replicas: 5\nupdateStrategy: {rollingUpdate: {maxUnavailable: 50%}}",
            "pods-roll ATTENTION 5/2",
            "rolls 5 pods, the last one first, 2 at a time; the other 3 stay ready",
        ),
        (
            "replicas: 3\nupdateStrategy: {rollingUpdate: {partition: 1}}",
            "pods-roll ATTENTION 2/1",
            f"rolls 2 of 3 pods (from number 1 on), the last one first, one at a time; {TWO}",
        ),
        (
            "replicas: 3\nordinals: {start: 5}\nupdateStrategy: {rollingUpdate: {partition: 1}}",
            "pods-roll ATTENTION 2/1",
            f"rolls 2 of 3 pods (from number 6 on), the last one first, one at a time; {TWO}",
        ),
        (
            "replicas: 3\nupdateStrategy: {rollingUpdate: {partition: 7}}",
            "pods-stay ATTENTION 0/0",
            "takes the new template, and 3 pods run on as before, below the partition 7",
        ),
        (
            "replicas: 3\nupdateStrategy: {type: OnDelete}",
            "pods-stay ATTENTION 0/0",
            "takes the new template, and 3 pods run on as before, until somebody deletes them (OnDelete)",
        ),
    ],
)
def test_stateful_sets(spec: str, what: str, says: str) -> None:
    base, head = (workload(image, spec, kind="StatefulSet") + SERVICE for image in ("v1", "v2"))
    assert told(base, head) == [f"{what}: {says}"]


def test_a_lower_partition_lets_more_pods_roll() -> None:
    spec = "replicas: 3\nupdateStrategy: {rollingUpdate: {partition: 2}}"
    (one,) = effects_between(workload(spec=spec, kind="StatefulSet"), workload(kind="StatefulSet"), "rollout")
    assert (one.why, one.doubt) == (
        "the partition goes from 2 to 0",
        "only if its template has changed since these pods were made",
    )
    assert told(workload(kind="StatefulSet"), workload(spec=spec, kind="StatefulSet")) == []


@pytest.mark.parametrize(
    ("spec", "what", "says"),
    [
        ("", "pods-roll ATTENTION 0/1", "rolls its pod on every node, 1 node at a time"),
        (
            "updateStrategy: {rollingUpdate: {maxUnavailable: 3}}",
            "pods-roll ATTENTION 0/3",
            "rolls its pod on every node, 3 nodes at a time",
        ),
        (
            "updateStrategy: {rollingUpdate: {maxUnavailable: 10%}}",
            "pods-roll ATTENTION? 0/0",
            "rolls its pod on every node, 10% of the nodes at a time",
        ),
        (
            "updateStrategy: {rollingUpdate: {maxUnavailable: 0, maxSurge: 2}}",
            "pods-roll NOTE 0/0",
            "rolls its pod on every node, 2 nodes at a time: the new one comes first",
        ),
        (
            "updateStrategy: {type: OnDelete}",
            "pods-stay ATTENTION 0/0",
            "takes the new template, and its pods run on as before, until somebody deletes them (OnDelete)",
        ),
    ],
)
def test_daemon_sets(spec: str, what: str, says: str) -> None:
    assert told(workload("v1", spec, kind="DaemonSet"), workload("v2", spec, kind="DaemonSet")) == [f"{what}: {says}"]


@pytest.mark.parametrize("kind", ["ReplicaSet", "ReplicationController"])
def test_what_looks_at_labels_alone_never_rolls(kind: str) -> None:
    base, head = (workload(image, kind=kind) for image in ("v1", "v2"))
    if kind == "ReplicationController":
        base, head = (
            one.replace("apps/v1", "v1").replace("{matchLabels: {app: web}}", "{app: web}") for one in (base, head)
        )
    assert told(base, head)[0].startswith("pods-stay ATTENTION 0/0: takes the new template, and 3 pods run on")


def test_jobs_of_a_schedule_come_later() -> None:
    (line,) = told(CRON, CRON.replace('v1"', 'v2"'))
    assert line.startswith("next-run-changes NOTE 0/0: uses the new template from its next run on (0 3 * * *)")
    assert told(CRON, CRON.replace("0 3", "0 4")) == [
        "schedule-changes NOTE 0/0: runs at 0 4 * * * from now on; a run under way stays as it is"
    ]


def test_jobs_run_when_they_are_made() -> None:
    assert told("", JOB) == ["job-runs NOTE 0/0: runs once, as soon as it is there"]
    assert told("", JOB.replace("spec: {template", "spec: {suspend: true, template")) == []
    assert told(JOB, "") == []
    changed = JOB.replace("web:v1", "web:v2")
    assert [one.split()[:2] for one in told(JOB, changed)] == [["change-refused", "BLOCKED"]]
    forced = "namespace: shop, annotations: {kustomize.toolkit.fluxcd.io/force: enabled}"
    (again,) = told(JOB, changed.replace("namespace: shop", forced))
    assert again.startswith(
        "object-replaced ATTENTION 1/0: is deleted and made anew with another template: it runs again"
    )


def test_a_pod_of_its_own_takes_another_image_in_place() -> None:
    assert told(POD, POD.replace("web:v1", "web:v2")) == [
        "containers-restart ATTENTION 0/0: restarts web with the new image in place; the pod itself stays"
    ]
