"""Who decides a field, and what happens when somebody else does from now on."""

from __future__ import annotations

import pytest
from tests.review.step import effects_between, told

FINDERS = ("ownership", "ownership_replicas", "ownership_autoscalers", "ownership_suspend", "ownership_limits")
WEB = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "example.com/web:v1", resources: {requests: {cpu: 1}, limits: {cpu: 1}}}]}
"""
SCALED = """---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web, namespace: shop}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  minReplicas: 2
  maxReplicas: 10
  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 60}}}]
"""
KEDA = """---
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: {name: web, namespace: shop}
spec:
  scaleTargetRef: {name: web}
  maxReplicaCount: 5
  triggers: [{type: cron, metadata: {timezone: UTC, start: 0 8 * * *, end: 0 18 * * *, desiredReplicas: "2"}}]
"""
SILENT = WEB.replace("  replicas: 3\n", "")


def count(number: int) -> str:
    return WEB.replace("replicas: 3", f"replicas: {number}")


def marked(word: str, text: str = WEB) -> str:
    return text.replace(
        "namespace: shop}", f"namespace: shop, annotations: {{kustomize.toolkit.fluxcd.io/{word}}}}}", 1
    )


@pytest.mark.parametrize(
    ("base", "head", "wanted"),
    [
        (WEB, WEB, []),
        (WEB, SILENT, ["replicas-dropped Deployment shop/web DANGER"]),
        (count(1), SILENT, []),
        (SILENT, count(1), []),
        (WEB + SCALED, SILENT + SCALED, ["replicas-dropped Deployment shop/web DANGER?"]),
        (WEB, SILENT + SCALED, ["replicas-dropped Deployment shop/web DANGER?"]),
        (SILENT + SCALED, WEB + SCALED, ["replicas-contested Deployment shop/web ATTENTION"]),
        (WEB, WEB + SCALED, ["replicas-contested Deployment shop/web ATTENTION"]),
        (WEB, WEB + KEDA, ["replicas-contested Deployment shop/web ATTENTION"]),
        (SILENT, SILENT + SCALED, ["autoscaler-starts HorizontalPodAutoscaler shop/web NOTE"]),
        (WEB + SCALED, WEB, ["replicas-fixed Deployment shop/web ATTENTION"]),
        (SILENT + SCALED, WEB, ["replicas-fixed Deployment shop/web ATTENTION"]),
        (SILENT + SCALED, SILENT, []),
        (WEB, count(0), ["scaled-to-zero Deployment shop/web DANGER"]),
        (SILENT + SCALED, count(0) + SCALED, ["scaled-to-zero Deployment shop/web DANGER"]),
        (count(0), WEB, ["pods-added Deployment shop/web NOTE"]),
        (WEB, count(5), ["pods-added Deployment shop/web NOTE"]),
        (WEB, count(2), ["pods-stopped Deployment shop/web ATTENTION"]),
        (WEB + SCALED, SCALED + WEB, []),
    ],
)
def test_replicas(base: str, head: str, wanted: list[str]) -> None:
    assert told(base, head, *FINDERS) == wanted


@pytest.mark.parametrize(
    ("old", "new", "wanted", "words"),
    [
        ("minReplicas: 2", "minReplicas: 4", "NOTE", "at least 4 run, and no longer 2"),
        ("  minReplicas: 2\n", "", "NOTE", "may go down to 1 pod"),
        ("maxReplicas: 10", "maxReplicas: 4", "ATTENTION?", "what runs above 4 pods is stopped"),
        ("maxReplicas: 10", "maxReplicas: 20", "NOTE", "may go up to 20 pods"),
    ],
)
def test_another_range(old: str, new: str, wanted: str, words: str) -> None:
    base, head = SILENT + SCALED, SILENT + SCALED.replace(old, new)
    assert told(base, head, *FINDERS) == [f"autoscaler-range HorizontalPodAutoscaler shop/web {wanted}"]
    (found,) = effects_between(base, head, *FINDERS)
    assert words in found.says


def test_another_target() -> None:
    other = SILENT.replace("name: web,", "name: api,").replace("app: web", "app: api")
    base = f"{SILENT}---{other}{SCALED}"
    head = f"{SILENT}---{other}{SCALED.replace('Deployment, name: web', 'Deployment, name: api')}"
    assert told(base, head, *FINDERS) == ["autoscaler-retargeted HorizontalPodAutoscaler shop/web ATTENTION"]


@pytest.mark.parametrize(
    ("base", "head", "wanted"),
    [
        (WEB, marked("reconcile: disabled"), ["object-left-alone Deployment shop/web ATTENTION"]),
        (marked("reconcile: disabled"), marked("reconcile: disabled"), []),
        (marked("reconcile: disabled"), WEB, ["object-taken-back Deployment shop/web ATTENTION"]),
        (marked("ssa: Ignore"), marked("ssa: Ignore", WEB.replace("v1", "v2", 2)),
         ["object-left-alone Deployment shop/web ATTENTION"]),
        (marked("ssa: IfNotPresent"), marked("ssa: IfNotPresent", count(0)),
         ["object-left-alone Deployment shop/web ATTENTION"]),
        (WEB, marked("ssa: Merge"), ["flux-ssa Deployment shop/web NOTE"]),
        (WEB, marked("force: enabled"), ["flux-force Deployment shop/web NOTE"]),
    ],
)  # fmt: skip
def test_what_flux_does_with_an_object(base: str, head: str, wanted: list[str]) -> None:
    assert told(base, head, *FINDERS) == wanted


def body(api: str, kind: str, spec: str) -> str:
    return f"apiVersion: {api}\nkind: {kind}\nmetadata: {{name: a, namespace: shop}}\nspec: {{{spec}}}\n"


JOB = "template: {spec: {restartPolicy: Never, containers: [{name: a, image: b}]}}"
CRON = f'schedule: "0 0 * * *", jobTemplate: {{spec: {{{JOB}}}}}'
SOURCE = "interval: 1h, url: https://example.com/a"
RELEASE = "interval: 1h, chartRef: {kind: OCIRepository, name: web}"


@pytest.mark.parametrize(
    ("api", "kind", "spec", "switch", "weight"),
    [
        ("batch/v1", "CronJob", CRON, "suspend: true", "ATTENTION"),
        ("batch/v1", "Job", JOB, "suspend: true", "DANGER?"),
        ("helm.toolkit.fluxcd.io/v2", "HelmRelease", RELEASE, "suspend: true", "ATTENTION"),
        ("source.toolkit.fluxcd.io/v1", "GitRepository", SOURCE, "suspend: true", "ATTENTION"),
        ("kueue.x-k8s.io/v1beta1", "LocalQueue", "clusterQueue: a", "stopPolicy: Hold", "ATTENTION"),
        ("kueue.x-k8s.io/v1beta1", "LocalQueue", "clusterQueue: a", "stopPolicy: HoldAndDrain", "DANGER"),
    ],
)  # fmt: skip
def test_what_rests_and_goes_on(api: str, kind: str, spec: str, switch: str, weight: str) -> None:
    runs, rests = body(api, kind, spec), body(api, kind, f"{spec}, {switch}")
    assert told(runs, rests, *FINDERS) == [f"suspended {kind} shop/a {weight}"]
    back = "ATTENTION?" if kind == "Job" else "ATTENTION"
    assert told(rests, runs, *FINDERS) == [f"resumed {kind} shop/a {back}"]
    assert (
        told(runs, runs.replace("spec: {", "spec: {suspend: false, ") if "suspend" in switch else runs, *FINDERS) == []
    )


def test_kinds_of_other_controllers_have_numbers_too() -> None:
    group = """
apiVersion: leaderworkerset.x-k8s.io/v1
kind: LeaderWorkerSet
metadata: {name: model, namespace: shop}
spec:
  replicas: 2
  leaderWorkerTemplate:
    size: 2
    workerTemplate: {spec: {containers: [{name: model, image: "example.com/model:v1"}]}}
"""
    more, fewer = group.replace("replicas: 2", "replicas: 3"), group.replace("replicas: 2", "replicas: 1")
    assert told(group, more, *FINDERS) == ["pods-added LeaderWorkerSet shop/model NOTE?"]
    assert told(group, fewer, *FINDERS) == ["pods-stopped LeaderWorkerSet shop/model ATTENTION?"]
    assert told(group, group.replace('v1"', 'v2"'), *FINDERS) == []


def test_a_scaled_object_that_is_held() -> None:
    held = KEDA.replace("shop}", 'shop, annotations: {autoscaling.keda.sh/paused-replicas: "0"}}')
    assert told(SILENT + KEDA, SILENT + held, *FINDERS) == ["suspended ScaledObject shop/web DANGER"]
    assert told(SILENT + held, SILENT + KEDA, *FINDERS) == ["resumed ScaledObject shop/web ATTENTION"]


def test_a_paused_deployment() -> None:
    assert told(WEB, WEB.replace("  selector", "  paused: true\n  selector"), *FINDERS) == [
        "suspended Deployment shop/web ATTENTION"
    ]


def test_a_budget_that_lets_nobody_go() -> None:
    budget = """---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web, namespace: shop}
spec: {minAvailable: 2, selector: {matchLabels: {app: web}}}
"""
    strict = budget.replace("2", "3")
    wanted = ["evictions-forbidden PodDisruptionBudget shop/web ATTENTION"]
    assert told(WEB + budget, WEB + strict, *FINDERS) == wanted
    assert told(WEB, WEB + strict, *FINDERS) == wanted
    other = strict.replace("selector:", "unhealthyPodEvictionPolicy: AlwaysAllow, selector:")
    assert told(WEB + strict, WEB + other, *FINDERS) == []


def test_a_budget_that_stays_while_its_pods_become_fewer() -> None:
    budget = f"---\n{body('policy/v1', 'PodDisruptionBudget', 'minAvailable: 2, selector: {matchLabels: {app: web}}')}"
    assert told(WEB + budget, count(2) + budget, *FINDERS) == [
        "evictions-forbidden PodDisruptionBudget shop/a ATTENTION",
        "pods-stopped Deployment shop/web ATTENTION",
    ]
    assert told(WEB + budget, count(4) + budget, *FINDERS) == ["pods-added Deployment shop/web NOTE"]


def test_a_quota_below_what_runs() -> None:
    quota = f"---\n{body('v1', 'ResourceQuota', 'hard: {requests.cpu: 8}')}"
    assert told(WEB + quota, WEB + quota.replace("8", "2"), *FINDERS) == [
        "quota-below-use ResourceQuota shop/a ATTENTION"
    ]
    assert told(WEB + quota, WEB + quota.replace("8", "7"), *FINDERS) == ["quota-lowered ResourceQuota shop/a NOTE"]
    assert told(WEB + quota, WEB + quota.replace("8", "9"), *FINDERS) == []


def test_a_range_holds_for_what_is_made_from_now_on() -> None:
    limits = f"---\n{body('v1', 'LimitRange', 'limits: [{type: Container, max: {cpu: 4}}]')}"
    assert told(WEB + limits, WEB + limits.replace("4", "2"), *FINDERS) == [
        "limit-range-changes LimitRange shop/a NOTE"
    ]
    written = limits.replace("max: {cpu: 4}", "max: {cpu: 4000m}")
    assert told(WEB + limits, WEB + written, *FINDERS) == []
