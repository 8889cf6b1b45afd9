"""A new version and an emptied node: users never see fewer pods than were promised."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

import pytest

from bayplan.lab.api import Refused
from bayplan.lab.furnish import condition, kubectl

if TYPE_CHECKING:
    from tests.e2e.scene import Scene

    from bayplan.lab.api import Body

NEW_DIGEST = "sha256:" + "a" * 64
FILE = "apps/classifier/Deployment.classifier.yaml"


def serving(history: list[tuple[str, Body]], now: list[Body]) -> list[int]:
    """How many pods were ready and not on their way out, after every change since `now`."""

    def is_serving(pod: Body) -> bool:
        return condition(pod, "Ready") == "True" and "deletionTimestamp" not in pod["metadata"]

    def change(before: dict[str, bool], event: tuple[str, Body]) -> dict[str, bool]:
        what, pod = event
        return {**before, pod["metadata"]["name"]: what != "DELETED" and is_serving(pod)}

    first = {pod["metadata"]["name"]: is_serving(pod) for pod in now}
    return [sum(pods.values()) for pods in accumulate(history, change, initial=first)]


def tell(history: list[tuple[str, Body]], now: list[Body]) -> str:
    """The changes as lines, for people."""
    changes = zip(serving(history, now)[1:], history, strict=True)
    lines = [f"{count} {what} {pod['metadata']['name']} {condition(pod, 'Ready')}" for count, (what, pod) in changes]
    return "\n".join(lines)


def present(history: list[tuple[str, Body]], now: list[Body]) -> list[int]:
    """How many pods there were, those on their way out left aside, after every change since `now`."""
    names = {pod["metadata"]["name"] for pod in now}
    counts = [len(names)]
    for what, pod in history:
        ending = what == "DELETED" or "deletionTimestamp" in pod["metadata"]
        names = names - {pod["metadata"]["name"]} if ending else names | {pod["metadata"]["name"]}
        counts.append(len(names))
    return counts


def renew(body: Body) -> None:
    """A new image of the one container."""
    (container,) = body["spec"]["template"]["spec"]["containers"]
    container["image"] = container["image"].partition("@")[0] + "@" + NEW_DIGEST


def test_a_new_image_rolls_and_the_old_pods_stay_until_the_new_are_ready(lab: Scene) -> None:
    before, since = lab.await_pods("classifier", "classifier", 3), lab.api.version("v1", "Pod", "classifier")
    with lab.commit("A new image", lab.edit(FILE, renew)):
        lab.settle()
        pods = lab.await_pods("classifier", "classifier", 3)
        assert {pod["spec"]["containers"][0]["image"].partition("@")[2] for pod in pods} == {NEW_DIGEST}
        history = lab.api.history("v1", "Pod", "classifier", since)
        assert min(serving(history, before)) == 3, tell(history, before)  # maxUnavailable: 0
        assert max(present(history, before)) == 4  # maxSurge: 1


def test_a_disruption_budget_lets_one_pod_go_at_a_time(lab: Scene) -> None:
    first, second, _ = lab.await_pods("classifier", "classifier", 3)
    lab.api.evict(first["metadata"]["name"], "classifier")
    with pytest.raises(Refused, match="disruption budget") as refused:
        lab.api.evict(second["metadata"]["name"], "classifier")
    assert refused.value.status == 429
    lab.await_pods("classifier", "classifier", 3)


def test_a_node_is_drained_without_breaking_a_budget(lab: Scene) -> None:
    before = lab.await_pods("classifier", "classifier", 3)
    lab.await_pods("assistant", "chat", 2)
    since, node = lab.api.version("v1", "Pod", "classifier"), str(before[0]["spec"]["nodeName"])
    try:
        kubectl(lab.session.lab, "drain", node, "--ignore-daemonsets", "--delete-emptydir-data", "--timeout=60s")
        after = lab.await_pods("classifier", "classifier", 3)
        assert node not in {pod["spec"]["nodeName"] for pod in after}
        assert min(serving(lab.api.history("v1", "Pod", "classifier", since), before)) >= 2  # maxUnavailable: 1
        lab.await_pods("assistant", "chat", 2)
    finally:
        kubectl(lab.session.lab, "uncordon", node)
