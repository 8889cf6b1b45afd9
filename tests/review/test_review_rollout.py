"""Which pods are made anew, and how many are missing at worst: Kubernetes' own kinds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.review.rolled import SERVICE, told, workload
from tests.review.step import effects_between

HPA = """---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web, namespace: shop}
spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}, minReplicas: 3, maxReplicas: 12}
"""
SURGE = "strategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}"
NONE_MORE = "strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 1}}"
FIRST = "rolls 1 pod: the new one comes first, and the old one stays until it is ready"


@pytest.mark.parametrize(
    ("spec", "what", "says"),
    [
        ("replicas: 1", "pods-roll NOTE 1/0", FIRST),
        ("", "pods-roll NOTE 1/0", FIRST),
        ("replicas: 3", "pods-roll NOTE 3/0", "rolls 3 pods: 1 new one first, then the next, and all 3 stay ready"),
        ("replicas: 10", "pods-roll ATTENTION 10/2", "rolls 10 pods: 2 pods may be missing at a time, 8 stay ready"),
        (
            f"replicas: 2\n{NONE_MORE}",
            "pods-roll ATTENTION 2/1",
            "rolls 2 pods: 1 pod may be missing at a time, 1 stays ready",
        ),
        (f"replicas: 1\n{NONE_MORE}", "pods-roll DANGER 1/1", "rolls 1 pod: none is ready meanwhile"),
        (
            "replicas: 2\nstrategy: {type: Recreate}",
            "pods-restart DANGER 2/2",
            "stops all 2 pods before the first new one starts: none is ready until then",
        ),
        (
            "replicas: 1\nstrategy: {type: Recreate}",
            "pods-restart DANGER 1/1",
            "stops its 1 pod before the first new one starts: none is ready until then",
        ),
        (
            "replicas: 2\npaused: true",
            "rollout-paused ATTENTION 0/0",
            "is paused: 2 pods run on as before, and roll once it is no longer paused",
        ),
    ],
)
def test_deployments(spec: str, what: str, says: str) -> None:
    assert told(workload("v1", spec) + SERVICE, workload("v2", spec) + SERVICE) == [f"{what}: {says}"]


def test_nobody_asks_pods_without_a_service() -> None:
    spec = "replicas: 2\nstrategy: {type: Recreate}"
    assert told(workload("v1", spec), workload("v2", spec))[0].startswith("pods-restart ATTENTION 2/2")


@pytest.mark.parametrize(
    ("base", "head"),
    [
        (workload(), workload(meta=", labels: {team: web}, annotations: {a: b}")),
        (workload(), workload(spec="replicas: 3\nrevisionHistoryLimit: 3\nminReadySeconds: 5")),
        (workload(), workload(spec="replicas: 3\nstrategy: {type: Recreate}")),
        (workload(), workload(spec="replicas: 5")),
        (workload(), workload(pod="restartPolicy: Always\nhostNetwork: false\nschedulerName: default-scheduler")),
        (workload(spec="replicas: 0"), workload("v2", "replicas: 0")),
        (workload("v1", meta=", annotations: {kustomize.toolkit.fluxcd.io/reconcile: disabled}"),
         workload("v2", meta=", annotations: {kustomize.toolkit.fluxcd.io/reconcile: disabled}")),
        ("", workload()),
        (workload(), ""),
    ],
)  # fmt: skip
def test_no_pod_is_made_anew(base: str, head: str) -> None:
    assert told(base, head) == []


@pytest.mark.parametrize(
    "pod",
    ["terminationGracePeriodSeconds: 60", "nodeSelector: {disk: fast}", "serviceAccountName: web", "hostNetwork: true"],
)
def test_any_part_of_the_template_counts(pod: str) -> None:
    assert [one.split()[0] for one in told(workload(), workload(pod=pod))] == ["pods-roll"]


def test_labels_of_the_template_count() -> None:
    (one,) = effects_between(
        workload(), workload().replace("app: web}}\n    spec", "app: web, a: b}}\n    spec"), "rollout"
    )
    assert (one.code, one.why) == ("pods-roll", "the label a of its pods is new: b")


def test_an_autoscaler_says_how_many_there_may_be() -> None:
    base, head = (workload(image, "") + HPA for image in ("v1", "v2"))
    assert told(base, head) == ["pods-roll ATTENTION 12/3: rolls 3 to 12 pods: at most 3 pods may be missing at a time"]


def test_another_number_of_pods_at_the_same_time() -> None:
    assert told(workload("v1", "replicas: 2"), workload("v2", "replicas: 5")) == [
        "pods-roll NOTE 2/0: rolls 2 pods and goes to 5 pods: at least 2 are ready meanwhile"
    ]
    assert told(workload("v1", "replicas: 5"), workload("v2", "replicas: 2")) == [
        "pods-roll NOTE 5/3: rolls 5 pods and goes to 2 pods: at least 2 are ready meanwhile"
    ]


def test_an_autoscaler_that_comes_with_it() -> None:
    assert told(workload("v1", "replicas: 3"), workload("v2", "") + HPA) == [
        "pods-roll NOTE 3/0: rolls 3 pods and goes to 3 to 12 pods"
    ]


def test_a_number_that_is_completed_later() -> None:
    assert told(workload("v1", "replicas: ${N}"), workload("v2", "replicas: ${N}")) == [
        "pods-roll ATTENTION? 0/0: rolls its pods"
    ]


def test_a_budget_has_no_say() -> None:
    budget = "spec: {minAvailable: 3, selector: {matchLabels: {app: web}}}"
    budget = (
        f"---\napiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {{name: web, namespace: shop}}\n{budget}\n"
    )
    assert told(workload() + budget, workload("v2") + budget) == told(workload(), workload("v2"))


def test_what_was_paused_may_roll_when_it_goes_on() -> None:
    (one,) = effects_between(workload(spec="replicas: 2\npaused: true"), workload(spec="replicas: 2"), "rollout")
    assert (one.code, one.pointer) == ("pods-roll", "/spec/paused")
    assert one.doubt == "only if its template has changed while it was paused"


def fewest_available(wanted: int, surge: int, missing: int) -> int:
    """The fewest pods that are available in any order in which pods become ready: `rolling.go`, step by step."""
    seen, todo = set[tuple[int, int, int]](), [(wanted, 0, 0)]
    while todo:
        old, new, ready = state = todo.pop()
        if state in seen:
            continue
        seen.add(state)
        more = min(max(0, wanted + surge - old - new), wanted - new)
        if more:
            todo.append((old, new + more, ready))
        spare = old + new - (wanted - missing) - (new - ready)
        gone = min(old, spare, max(0, old + ready - (wanted - missing)))
        if gone > 0:
            todo.append((old - gone, new, ready))
        if ready < new:
            todo.append((old, new, ready + 1))
    assert any(old == 0 and ready == wanted for old, _, ready in seen), "the update never ends"
    return min(old + ready for old, _, ready in seen)


@given(
    st.integers(1, 9),
    st.one_of(st.integers(0, 4), st.integers(0, 100).map("{}%".format)),
    st.one_of(st.integers(0, 4), st.integers(0, 100).map("{}%".format)),
)
def test_as_many_are_missing_as_the_controller_lets_go(wanted: int, surge: int | str, missing: int | str) -> None:
    spec = f'replicas: {wanted}\nstrategy: {{rollingUpdate: {{maxSurge: "{surge}", maxUnavailable: "{missing}"}}}}'
    spec = spec.replace('"', "") if isinstance(surge, int) and isinstance(missing, int) else spec
    if not isinstance(surge, str):
        spec = spec.replace(f'"{surge}"', str(surge), 1)
    if not isinstance(missing, str):
        spec = spec.replace(f'maxUnavailable: "{missing}"', f"maxUnavailable: {missing}")
    (one,) = effects_between(workload("v1", spec), workload("v2", spec), "rollout")
    more, less = (amount if isinstance(amount, int) else int(amount[:-1]) * wanted for amount in (surge, missing))
    more = more if isinstance(surge, int) else -(-more // 100)
    less = less if isinstance(missing, int) else less // 100
    less = min(wanted, less) if more or less else 1
    assert one.pods == wanted
    assert one.pods_down == wanted - fewest_available(wanted, more, less)
