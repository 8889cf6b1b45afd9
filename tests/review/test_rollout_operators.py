"""Which pods are made anew by operators, and how."""

from __future__ import annotations

import pytest
from tests.review.rolled import told, workload
from tests.review.step import effects_between

POD = '{containers: [{name: a, image: "web:v1"}]}'
ROLLOUT = f"""apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {{name: web, namespace: shop}}
spec:
  replicas: 4
  strategy: STRATEGY
  selector: {{matchLabels: {{app: web}}}}
  template: {{metadata: {{labels: {{app: web}}}}, spec: {POD}}}
"""
CANARY = """---
apiVersion: flagger.app/v1beta1
kind: Canary
metadata: {name: web, namespace: shop}
spec:
  targetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  service: {port: 80}
  analysis: {interval: 1m, threshold: 5, stepWeight: 10, maxWeight: 50}
"""
KNATIVE = f"""apiVersion: serving.knative.dev/v1
kind: Service
metadata: {{name: web, namespace: shop}}
spec:
  traffic: TRAFFIC
  template:
    metadata: {{annotations: {{autoscaling.knative.dev/min-scale: "2", autoscaling.knative.dev/max-scale: "2"}}}}
    spec: {POD}
"""
MODEL = """apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {name: llm, namespace: shop, annotations: {serving.kserve.io/deploymentMode: MODE}}
spec:
  predictor:
    minReplicas: 4
    maxReplicas: 4
    model: {modelFormat: {name: huggingface}, runtime: vllm, storageUri: "s3://models/v1"}
"""
RUNTIME = """---
apiVersion: serving.kserve.io/v1alpha1
kind: ServingRuntime
metadata: {name: vllm, namespace: shop}
spec: {containers: [{name: kserve-container, image: "vllm:v1"}]}
"""
GROUPS = f"""apiVersion: leaderworkerset.x-k8s.io/v1
kind: LeaderWorkerSet
metadata: {{name: llm, namespace: shop}}
spec:
  replicas: 3
  rolloutStrategy: STRATEGY
  leaderWorkerTemplate: {{size: 4, workerTemplate: {{spec: {POD}}}}}
"""
RAY = f"""
    headGroupSpec: {{rayStartParams: {{}}, template: {{spec: {POD}}}}}
    workerGroupSpecs:
    - {{groupName: w, replicas: 3, minReplicas: 3, maxReplicas: 3, rayStartParams: {{}}, template: {{spec: {POD}}}}}
"""
SERVING = (
    """apiVersion: ray.io/v1
kind: RayService
metadata: {name: llm, namespace: shop}
spec:
  upgradeStrategy: STRATEGY
  rayClusterConfig:"""
    + RAY
)
CLUSTER = """apiVersion: ray.io/v1
kind: RayCluster
metadata: {name: llm, namespace: shop}
spec:
  upgradeStrategy: STRATEGY""" + RAY.replace("\n    ", "\n  ")
SPARK = """apiVersion: sparkoperator.k8s.io/v1beta2
kind: SparkApplication
metadata: {name: night, namespace: shop}
spec: {type: Python, mode: cluster, image: "web:v1", suspend: false, driver: {}, executor: {instances: 4}}
"""
SCALED = f"""apiVersion: keda.sh/v1alpha1
kind: ScaledJob
metadata: {{name: work, namespace: shop}}
spec: {{rollout: STRATEGY, jobTargetRef: {{template: {{spec: {POD}}}}}, triggers: []}}
"""


@pytest.mark.parametrize(
    ("text", "strategy", "what", "says"),
    [
        (
            ROLLOUT,
            "{canary: {}}",
            "pods-roll ATTENTION 4/1",
            "rolls 4 pods: 1 pod may be missing at a time, 3 stay ready",
        ),
        (
            ROLLOUT,
            "{canary: {steps: [{setWeight: 20}, {pause: {}}]}}",
            "canary-starts NOTE 4/0",
            "starts a canary of 2 steps, the first with 20%; it waits for somebody",
        ),
        (
            ROLLOUT,
            "{blueGreen: {activeService: web}}",
            "canary-starts NOTE 4/0",
            "starts 4 pods beside the old ones; requests go to them once all",
        ),
        (
            ROLLOUT,
            "{blueGreen: {activeService: web, autoPromotionEnabled: false}}",
            "canary-starts NOTE 4/0",
            "starts 4 pods beside the old ones; requests go to them once somebody",
        ),
        (GROUPS, "{}", "pods-roll ATTENTION 12/4", "rolls 3 groups of 4 pods: 1 group may be missing at a time"),
        (
            GROUPS,
            "{rollingUpdateConfiguration: {maxUnavailable: 0, maxSurge: 1}}",
            "pods-roll NOTE 12/0",
            "rolls 3 groups of 4 pods: new groups come first",
        ),
        (
            GROUPS,
            "{rollingUpdateConfiguration: {partition: 2}}",
            "pods-roll ATTENTION 4/4",
            "rolls 1 of 3 groups of 4 pods",
        ),
        (
            SERVING,
            "{type: NewCluster}",
            "cluster-replaced ATTENTION 4/0",
            "starts a second Ray cluster (4 pods) beside the first",
        ),
        (SERVING, "{}", "cluster-replaced ATTENTION? 0/0", "starts a second Ray cluster"),
        (SERVING, "{type: None}", "pods-stay ATTENTION 0/0", "takes the new template, and 4 pods run on"),
        (CLUSTER, "{}", "pods-stay ATTENTION 0/0", "takes the new template, and 4 pods run on"),
        (CLUSTER, "{type: Recreate}", "pods-restart DANGER 4/4", "stops all 4 pods and makes them anew"),
        (SCALED, "{strategy: gradual}", "next-run-changes NOTE 0/0", "uses the new template for its next Jobs"),
        (SCALED, "{}", "run-starts-again ATTENTION? 0/0", "deletes the Jobs that are under way"),
        (SPARK, "", "run-starts-again ATTENTION 5/5", "ends its run"),
    ],
)
def test_operators(text: str, strategy: str, what: str, says: str) -> None:
    base = text.replace("STRATEGY", strategy.replace("None", '"None"'))
    (found,) = told(base, base.replace("web:v1", "web:v2"))
    assert found.startswith(f"{what}: {says}")


def test_flagger_takes_the_new_template_as_a_candidate() -> None:
    (one,) = effects_between(workload() + CANARY, workload("v2") + CANARY, "rollout")
    assert one.code == "canary-starts"
    assert "in steps of 10% up to 50%" in one.says
    assert one.doubt


@pytest.mark.parametrize(
    ("traffic", "what", "says"),
    [
        (
            "[{latestRevision: true, percent: 100}]",
            "revision-starts NOTE 2/0",
            "makes a new revision: requests go to it",
        ),
        (
            "[{latestRevision: true, percent: 10}, {revisionName: web-1, percent: 90}]",
            "revision-starts NOTE 2/0",
            "makes a new revision: 10% of the requests go to it",
        ),
        (
            "[{revisionName: web-1, percent: 100}]",
            "revision-starts ATTENTION 0/0",
            "makes a new revision, and all requests go on to the old ones",
        ),
    ],
)
def test_knative(traffic: str, what: str, says: str) -> None:
    base = KNATIVE.replace("TRAFFIC", traffic)
    (found,) = told(base, base.replace("web:v1", "web:v2"))
    assert found.startswith(f"{what}: {says}")


def test_models() -> None:
    base = MODEL.replace("MODE", "Standard")
    assert told(base, base.replace("models/v1", "models/v2")) == [
        "pods-roll ATTENTION 4/1: rolls 4 pods: 1 pod may be missing at a time, 3 stay ready"
    ]
    assert told(base, base.replace("Replicas: 4", "Replicas: 5")) == []
    base = MODEL.replace("MODE", "Serverless")
    assert told(base, base.replace("models/v1", "models/v2"))[0].startswith("revision-starts NOTE 4/0")


def test_models_take_the_template_of_their_runtime() -> None:
    base = MODEL.replace("MODE", "Standard") + RUNTIME
    (one,) = effects_between(base, base.replace("vllm:v1", "vllm:v2"), "rollout")
    assert (one.code, one.ref.kind, one.pods) == ("pods-roll", "InferenceService", 4)
    assert one.why == "ServingRuntime shop/vllm has changed, and this takes its template from it"


def test_numbers_of_workers_are_no_other_cluster() -> None:
    base = SERVING.replace("STRATEGY", "{type: NewCluster}")
    assert told(base, base.replace("replicas: 3", "replicas: 4")) == []


def test_what_is_not_known_is_in_doubt() -> None:
    base = f"""apiVersion: apps.kruise.io/v1alpha1
kind: CloneSet
metadata: {{name: web, namespace: shop}}
spec: {{replicas: 3, template: {{spec: {POD}}}}}
"""
    assert told(base, base.replace("web:v1", "web:v2")) == ["pods-roll ATTENTION? 0/0: may make 3 pods anew"]
