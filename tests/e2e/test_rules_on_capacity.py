"""The text of a rule is true: budgets, pools and autoscalers, planted in namespaces of the lab."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from tests.e2e.defect import Scratch, deployment, reason, told

from bayplan.lab.api import Refused
from bayplan.lab.nodes import make_nodes
from bayplan.lab.session import node_counts
from bayplan.lab.wait import NotYet
from bayplan.validation.budget import evictions_allowed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.e2e.scene import Scene

    from bayplan.lab.api import Body


@pytest.fixture(scope="module")
def scratch(lab: Scene) -> Iterator[Scratch]:
    found = Scratch(lab)
    yield found
    found.close()


def budget(namespace: str, name: str, over: str, field: str) -> str:
    return f"""
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {{name: {name}, namespace: {namespace}}}
spec: {{{field}, selector: {{matchLabels: {{app.kubernetes.io/name: {over}}}}}}}
"""


def autoscaler(namespace: str, name: str, api: str, target: str, *, lowest: int = 1) -> str:
    return f"""
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {{name: {name}, namespace: {namespace}}}
spec:
  scaleTargetRef: {{apiVersion: {api}, kind: Deployment, name: {target}}}
  minReplicas: {lowest}
  maxReplicas: 3
  metrics: [{{type: Resource, resource: {{name: cpu, target: {{type: Utilization, averageUtilization: 70}}}}}}]
"""


CPU = ", resources: {requests: {cpu: 10m}}"


def test_drn001_a_budget_refuses_every_eviction_until_it_or_the_pod_is_deleted(
    scratch: Scratch, tmp_path: Path
) -> None:
    home = scratch.open("try-drn001")
    text = deployment(home, "one", replicas="replicas: 1") + budget(home, "one", "one", "minAvailable: 50%")
    text += deployment(home, "none") + budget(home, "none", "none", "maxUnavailable: 0")
    text += deployment(home, "auto", replicas="", container=CPU) + budget(home, "auto", "auto", "minAvailable: 1")
    text += autoscaler(home, "auto", "apps/v1", "auto")
    text += deployment(home, "two") + budget(home, "two", "two", "minAvailable: 50%")
    assert told(scratch.scene, tmp_path, {"apps/try/all.yaml": text}) == [
        f"DRN001 BROKEN PodDisruptionBudget try-drn001/{name}" for name in ("auto", "none", "one")
    ]
    scratch.plant(text)
    pods = {name: await_budget(scratch, home, name) for name in ("one", "none", "auto", "two")}
    for name in ("one", "none", "auto"):
        with pytest.raises(Refused, match="would violate the pod's disruption budget") as refused:
            scratch.api.evict(pods[name], home)
        assert refused.value.status == 429
    scratch.api.evict(pods["two"], home)
    scratch.api.delete("v1", "Pod", pods["none"], home)
    scratch.api.delete("policy/v1", "PodDisruptionBudget", "one", home)
    scratch.scene.wait("the budget to be forgotten", lambda: evict(scratch, home, pods["one"]))


def evict(scratch: Scratch, namespace: str, pod: str) -> None:
    try:
        scratch.api.evict(pod, namespace)
    except Refused as refused:
        raise NotYet(str(refused)) from refused


def await_budget(scratch: Scratch, namespace: str, name: str) -> str:
    """Wait until all pods of a Deployment are healthy in the eyes of its budget; one of them."""
    scratch.await_ready(namespace, name)

    def counted() -> str:
        pods = scratch.scene.pods(namespace, name)
        status = scratch.scene.get("policy/v1", "PodDisruptionBudget", name, namespace)["status"]
        if not pods or status.get("currentHealthy") != len(pods):
            raise NotYet(f"{len(pods)} pods, budget {status}")
        return str(pods[0]["metadata"]["name"])

    return str(scratch.scene.wait(f"the budget {name} to see its pods", counted))


AMOUNTS: list[int | str] = [0, 1, 2, 3, 4, "0%", "1%", "33%", "34%", "66%", "67%", "99%", "100%"]


def test_drn001_counts_as_the_disruption_controller_does(scratch: Scratch) -> None:
    home = scratch.open("try-drn001-counts")
    scratch.plant(deployment(home, replicas="replicas: 3"))
    cases: dict[str, tuple[str, int | str]] = {
        f"{field.lower()}-{str(amount).replace('%', '-percent')}": (field, amount)
        for field in ("minAvailable", "maxUnavailable")
        for amount in AMOUNTS
    }
    scratch.await_ready(home, "web")
    # a pod that changes is counted anew for one budget only: all of these come when the pods are ready
    scratch.plant("".join(budget(home, name, "web", f"{field}: {amount}") for name, (field, amount) in cases.items()))

    def counted() -> dict[str, int]:
        found = scratch.api.list("policy/v1", "PodDisruptionBudget", home)
        late = [one["metadata"]["name"] for one in found if one["status"].get("currentHealthy") != 3]
        if late:
            raise NotYet(f"not counted: {', '.join(late)}")
        return {one["metadata"]["name"]: one["status"]["disruptionsAllowed"] for one in found}

    expected = {
        name: evictions_allowed(
            3,
            min_available=amount if field == "minAvailable" else None,
            max_unavailable=amount if field == "maxUnavailable" else None,
        )
        for name, (field, amount) in cases.items()
    }
    assert scratch.scene.wait("every budget to be counted", counted) == expected


UNSEATED = {
    "pool": ("nodeSelector: {bayplan.dev/pool: generall}", "didn't match Pod's node affinity/selector"),
    "taint": ("nodeSelector: {bayplan.dev/pool: gpu}", "had untolerated taint"),
    "large": ('resources: {requests: {cpu: "9"}}', "Insufficient cpu"),
    "gpus": ('resources: {limits: {nvidia.com/gpu: "2"}}', "Insufficient nvidia.com/gpu"),
}


def unseated(namespace: str, name: str) -> str:
    extra, _ = UNSEATED[name]
    if extra.startswith("resources"):
        return deployment(namespace, name, container=f", {extra}", pod=TOLERATES)
    return deployment(namespace, name, pod=f", {extra}")


TOLERATES = ", tolerations: [{key: nvidia.com/gpu, operator: Exists}]"


def test_cap001_pods_that_no_pool_can_take_wait_also_when_every_pool_grows(scratch: Scratch, tmp_path: Path) -> None:
    home, scene = scratch.open("try-cap001"), scratch.scene
    text = "".join(unseated(home, name) for name in UNSEATED)
    assert told(scene, tmp_path, {"apps/try/all.yaml": text}) == sorted(
        f"CAP001 BROKEN Deployment try-cap001/{name}" for name in UNSEATED
    )
    scratch.plant(text)
    for name, (_, why) in UNSEATED.items():
        for pod in scene.wait(f"pods of {name}", partial(unschedulable, scene, home, name)):
            assert why in pod
    grown = new_nodes(scene)
    try:
        for number, node in enumerate(grown):
            scratch.api.create(node)
            seat = f", nodeSelector: {{kubernetes.io/hostname: {node['metadata']['name']}}}{TOLERATES}"
            scratch.plant(deployment(home, f"grown-{number}", pod=seat))
        for number, _ in enumerate(grown):
            scratch.await_ready(home, f"grown-{number}")
        assert all(len(unschedulable(scene, home, name)) == 2 for name in UNSEATED)
    finally:
        for number, node in enumerate(grown):
            scratch.api.delete("apps/v1", "Deployment", f"grown-{number}", home)
            # pods whose node is gone first are nobody's to end, for most of a minute
            scene.wait(f"grown-{number} to go", partial(no_pods, scratch, home, f"grown-{number}"))
            scratch.api.delete("v1", "Node", node["metadata"]["name"])


def no_pods(scratch: Scratch, namespace: str, name: str) -> None:
    if left := scratch.api.list("v1", "Pod", namespace, labels=f"app.kubernetes.io/name={name}"):
        raise NotYet(f"{len(left)} pods")


def new_nodes(scene: Scene) -> list[Body]:
    """One more node of every pool, of another name than any that the lab has."""
    found = make_nodes(scene.cluster, dict.fromkeys(node_counts(scene.plan, "min"), 1))
    for node in found:
        name = f"{node['metadata']['name']}-bought"
        node["metadata"]["name"] = node["metadata"]["labels"]["kubernetes.io/hostname"] = name
    return found


def unschedulable(scene: Scene, namespace: str, name: str) -> list[str]:
    """What the scheduler says of each of the two pods of a Deployment."""
    said = [reason(pod, "PodScheduled") for pod in scene.pods(namespace, name)]
    if [one[:2] for one in said] != [("False", "Unschedulable")] * 2:
        raise NotYet(str(said))
    return [message for _, _, message in said]


def test_scl001_an_autoscaler_without_its_target_scales_nothing_and_only_itself_says_so(
    scratch: Scratch, tmp_path: Path
) -> None:
    home, other = scratch.open("try-scl001"), scratch.open("try-scl001-other")
    text = deployment(home, replicas="", container=CPU) + autoscaler(home, "right", "apps/v1", "web")
    text += deployment(home, "old", replicas="", container=CPU) + autoscaler(home, "old-version", "apps/v1beta1", "old")
    text += autoscaler(home, "misspelt", "apps/v1", "webb") + autoscaler(
        home, "other-group", "extensions/v1beta1", "web"
    )
    text += autoscaler(other, "elsewhere", "apps/v1", "web")
    no_group = autoscaler(home, "no-group", "v1", "web")
    assert told(scratch.scene, tmp_path, {"apps/try/all.yaml": text + no_group}) == [
        "SCL001 BROKEN HorizontalPodAutoscaler try-scl001-other/elsewhere",
        "SCL001 BROKEN HorizontalPodAutoscaler try-scl001/misspelt",
        "SCL001 BROKEN HorizontalPodAutoscaler try-scl001/no-group",
        "SCL001 BROKEN HorizontalPodAutoscaler try-scl001/other-group",
    ]
    with pytest.raises(Refused, match="apiVersion must specify API group"):
        scratch.plant(no_group)
    scratch.plant(text)
    for name in ("right", "old-version"):
        assert scratch.scene.wait(f"autoscaler {name}", partial(able, scratch, home, name))[0] == "True"
    for namespace, name in ((home, "misspelt"), (home, "other-group"), (other, "elsewhere")):
        found: Any = scratch.scene.wait(f"autoscaler {name}", partial(able, scratch, namespace, name))
        assert found[:2] == ("False", "FailedGetScale")


def able(scratch: Scratch, namespace: str, name: str) -> tuple[str, str, str]:
    return reason(scratch.scene.get("autoscaling/v2", "HorizontalPodAutoscaler", name, namespace), "AbleToScale")
