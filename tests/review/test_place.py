"""Where pods run, as the objects themselves say it."""

from __future__ import annotations

import pytest
from tests.review.step import effects_between

MODEL = """
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: low}
value: -10
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: model, namespace: chat}
spec:
  replicas: 2
  selector: {matchLabels: {app: model}}
  template:
    metadata: {labels: {app: model}}
    spec:
      nodeSelector: {nvidia.com/gpu.product: NVIDIA-L4}
      containers:
      - name: model
        image: example.com/model:v1
        resources: {requests: {cpu: 2, memory: 8Gi}, limits: {nvidia.com/gpu: 1}}
"""


@pytest.mark.parametrize(
    ("old", "new", "code", "weight", "words"),
    [
        ("NVIDIA-L4", "NVIDIA-H100-80GB-HBM3", "nodes-change", "ATTENTION",
         ("moves its pods to nodes with nvidia.com/gpu.product=NVIDIA-H100-80GB-HBM3, away from those with "
         "nvidia.com/gpu.product=NVIDIA-L4")),
        ("      nodeSelector: {nvidia.com/gpu.product: NVIDIA-L4}\n", "", "nodes-change", "ATTENTION",
         "may run its pods on nodes without nvidia.com/gpu.product=NVIDIA-L4, too"),
        ("NVIDIA-L4}", "NVIDIA-L4, zone: a}", "nodes-change", "ATTENTION",
         "runs its pods only on nodes with zone=a from now on"),
        ("gpu: 1", "gpu: 2", "accelerators-change", "ATTENTION",
         "asks for 2 nvidia.com/gpu instead of 1 nvidia.com/gpu for each of 2 pods"),
        ("cpu: 2,", "cpu: 2500m,", "requests-change", "NOTE",
         "asks for 2500m of cpu instead of 2 for each of its pods: 1 more cpu for all 2"),
        ("memory: 8Gi", "memory: 4Gi", "requests-change", "NOTE",
         "asks for 4Gi of memory instead of 8Gi for each of its pods: 8Gi less memory for all 2"),
        ("      nodeSelector", "      priorityClassName: low\n      nodeSelector", "priority-changes", "ATTENTION",
         "gives its pods priority low instead of the default: they make room for others sooner"),
        ("      nodeSelector", "      runtimeClassName: gvisor\n      nodeSelector", "runtime-changes", "ATTENTION",
         "runs its pods under runtimeClassName gvisor instead of the default"),
        ("      nodeSelector", "      tolerations: [{key: spot, operator: Exists}]\n      nodeSelector",
         "tolerations-change", "NOTE", "may also run its pods on nodes with the taint spot"),
        ("      nodeSelector", ("      topologySpreadConstraints: [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: "
         "ScheduleAnyway}]\n      nodeSelector"), "spread-changes", "NOTE",
         "puts its pods beside and apart from others by other rules: topologySpreadConstraints"),
    ],
)  # fmt: skip
def test_what_a_change_means(old: str, new: str, code: str, weight: str, words: str) -> None:
    assert old in MODEL
    (found,) = effects_between(MODEL, MODEL.replace(old, new), "place")
    assert (found.code, found.weight.name, found.says) == (code, weight, words)


@pytest.mark.parametrize(
    ("old", "new"), [("cpu: 2,", "cpu: 2000m,"), ("model:v1", "model:v2"), ("replicas: 2", "replicas: 3")]
)
def test_nothing_is_said_of_what_stays(old: str, new: str) -> None:
    assert effects_between(MODEL, MODEL.replace(old, new), "place") == []
