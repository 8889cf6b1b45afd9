"""The pods that operators make, with labels, numbers and places, from one object of each kind."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from bayplan.validation.example import read_all
from bayplan.validation.pods import WORKLOAD_KINDS, Pod, Pods
from bayplan.validation.selectors import of_labels

CASES: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "pods.yaml").read_text())


def pods_in(text: str) -> tuple[Pod, ...]:
    tree, complaints = read_all({"example.yaml": text})
    assert not complaints
    return Pods(tree.manifests).in_namespace("lab")


def told(pod: Pod) -> dict[str, Any]:
    """A pod as the cases write it."""
    return {
        "role": pod.role,
        "labels": dict(pod.labels),
        "count": list(pod.count),
        "at": pod.pointer,
        "containers": [f"{one.name} {one.body.get('image', '-')} {one.pointer}" for one in pod.containers],
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"].replace(" ", "-"))
def test_an_object_makes_the_pods_that_its_controller_makes(case: dict[str, Any]) -> None:
    assert [told(pod) for pod in pods_in(case["objects"])] == case["pods"]


def test_every_kind_has_a_case_or_is_one_of_kubernetes_own() -> None:
    tried = {document["kind"] for case in CASES for document in yaml.safe_load_all(case["objects"])}
    plain = {"CloneSet", "DaemonSet", "DeploymentConfig", "Pod", "ReplicaSet", "ReplicationController", "StatefulSet"}
    assert {kind.partition(".")[0] for kind in WORKLOAD_KINDS} - tried - plain == set()


def test_a_kind_of_a_foreign_group_makes_no_pods_that_we_know() -> None:
    assert pods_in("{apiVersion: example.com/v1, kind: Deployment, metadata: {name: a, namespace: lab}}") == ()


def test_a_deployment_that_a_rollout_took_over_is_judged_once_and_selected_with_it() -> None:
    case = next(one for one in CASES if "workloadRef" in one["objects"])
    tree, _ = read_all({"example.yaml": case["objects"]})
    pods = Pods(tree.manifests)
    assert [len(pods.made_by(one)) for one in tree.manifests] == [1, 0]
    assert [one.owner.ref.kind for one in pods.selected("lab", of_labels({"app": "web"}))] == ["Deployment", "Rollout"]


def test_a_train_job_says_more_than_its_runtime() -> None:
    text = """
apiVersion: trainer.kubeflow.org/v1alpha1
kind: TrainJob
metadata: {name: tune, namespace: lab}
spec:
  runtimeRef: {name: torch}
  initializer: {dataset: {secretRef: {name: access}}}
  trainer: {env: [{name: A, value: mine}, {name: C, value: c}]}
  runtimePatches:
    - manager: people
      trainingRuntimeSpec:
        template:
          spec:
            replicatedJobs:
              - {name: node, template: {spec: {template: {spec: {serviceAccountName: tuner, volumes: [{name: b}]}}}}}
---
apiVersion: trainer.kubeflow.org/v1alpha1
kind: ClusterTrainingRuntime
metadata: {name: torch}
spec:
  template:
    spec:
      replicatedJobs:
        - name: load
          template:
            metadata: {labels: {trainer.kubeflow.org/trainjob-ancestor-step: dataset-initializer}}
            spec: {template: {spec: {containers: [{name: dataset-initializer}]}}}
        - name: node
          template:
            metadata: {labels: {trainer.kubeflow.org/trainjob-ancestor-step: trainer}}
            spec:
              template:
                spec:
                  volumes: [{name: a}]
                  containers: [{name: node, env: [{name: A, value: theirs}, {name: B, value: b}]}]
"""
    load, node = pods_in(text)
    assert [(one.kind, one.name, one.pointer) for one in load.references] == [
        ("Secret", "access", "/spec/initializer/dataset/envFrom/0/secretRef")
    ]
    assert [one["value"] for one in node.containers[0].body["env"]] == ["b", "mine", "c"]
    assert (node.spec["serviceAccountName"], [one["name"] for one in node.spec["volumes"]]) == ("tuner", ["a", "b"])


def test_ports_that_operators_add() -> None:
    text = """
apiVersion: sparkoperator.k8s.io/v1beta2
kind: SparkApplication
metadata: {name: pi, namespace: lab}
spec: {driver: {}, executor: {}, monitoring: {exposeDriverMetrics: true, prometheus: {port: 9}}}
"""
    driver, executor = pods_in(text)
    names = [[port["name"] for port in pod.containers[0].body["ports"]] for pod in (driver, executor)]
    assert names == [["driver-rpc-port", "blockmanager", "spark-ui", "jmx-exporter"], ["blockmanager"]]
