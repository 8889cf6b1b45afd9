"""A commit that breaks one app: the others go on, Flux says which and why, and `git revert` brings it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.lab.furnish import condition
from bayplan.lab.reconcile import KUSTOMIZE, describe, kustomizations, why
from bayplan.lab.status import look
from bayplan.lab.wait import NotYet

if TYPE_CHECKING:
    from tests.e2e.scene import Scene

    from bayplan.lab.api import Body

UNPULLABLE = "@sha256:" + "0" * 64
"""A digest that no registry holds: see lab/stages.yaml."""
CHAT = "apps/assistant/Deployment.chat.yaml"
OTHERS = ("flux", "platform", "apps-classifier")


def break_image(body: Body) -> None:
    """An image that is never there, found out after ten seconds instead of ten minutes."""
    (container,) = body["spec"]["template"]["spec"]["containers"]
    container["image"] = container["image"].partition("@")[0] + UNPULLABLE
    body["spec"]["progressDeadlineSeconds"] = 10


def break_port(body: Body) -> None:
    """A port that the API server refuses, and no schema: names are unique."""
    body["spec"]["ports"][1]["name"] = body["spec"]["ports"][0]["name"]


def await_failure(scene: Scene, name: str, *words: str) -> None:
    """Wait until a Kustomization is not Ready and says so in these words."""

    def failed() -> None:
        one = scene.get(KUSTOMIZE, "Kustomization", name, "flux-system")
        if condition(one, "Ready") != "False" or not all(word in why(one) for word in words):
            raise NotYet(describe(one))

    scene.wait(f"{name} to fail with {', '.join(words)}", failed)


def failing(scene: Scene) -> list[str]:
    return [one["metadata"]["name"] for one in kustomizations(scene.api) if condition(one, "Ready") == "False"]


def test_an_image_that_never_starts_fails_its_own_app_only_and_the_old_pods_serve_on(lab: Scene) -> None:
    before = {pod["metadata"]["uid"] for pod in lab.await_pods("assistant", "chat", 2)}
    with lab.commit("An image that is not there", lab.edit(CHAT, break_image)):
        lab.settle(only=OTHERS)
        await_failure(lab, "apps-assistant", "health check", "Deployment/assistant/chat")
        assert failing(lab) == ["apps-assistant"]
        serving = {pod["metadata"]["uid"] for pod in lab.pods("assistant", "chat") if condition(pod, "Ready") == "True"}
        assert serving == before
        waiting = [pod.state for pod in look(lab.layout, lab.api).pods if pod.state != "Running"]
        assert waiting == ["ImagePullBackOff"]
    lab.await_pods("assistant", "chat", 2)


def test_an_object_that_is_refused_fails_its_own_app_only_and_is_named(lab: Scene) -> None:
    with lab.commit("A port name twice", lab.edit("apps/assistant/Service.chat.yaml", break_port)):
        lab.settle(only=OTHERS)
        await_failure(lab, "apps-assistant", "Service/assistant/chat", "Duplicate value")
        assert failing(lab) == ["apps-assistant"]
    assert failing(lab) == []


def test_what_depends_on_a_broken_platform_waits_with_the_old_version(lab: Scene) -> None:
    """`dependsOn` holds for later commits too: no app is applied before the platform of the same commit is there."""

    def break_policy(body: Body) -> None:
        body["spec"]["policyTypes"] = ["Sideways"]

    def mark(body: Body) -> None:
        body["metadata"].setdefault("annotations", {})["lab.bayplan.dev/mark"] = "1"

    policy = lab.edit("platform/NetworkPolicy.classifier.deny-all~classifier.yaml", break_policy)
    with lab.commit("Break the platform", policy, lab.edit("apps/classifier/Service.classifier.yaml", mark)):
        await_failure(lab, "platform", "NetworkPolicy/classifier/classifier.deny-all")
        await_failure(lab, "apps-classifier", "dependency 'flux-system/platform' is not ready")
        service = lab.get("v1", "Service", "classifier", "classifier")
        assert "lab.bayplan.dev/mark" not in service["metadata"]["annotations"]
