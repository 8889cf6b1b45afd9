"""From a pull request to the cluster: the status decides whether it may be merged, and Flux syncs what was merged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.e2e.gitea import Gitea, Request, running
from tests.e2e.said import Job, review_of

from bayplan.lab.flux import NAMESPACE
from bayplan.lab.reconcile import KUSTOMIZE, SOURCE, request, why
from bayplan.lab.wait import NotYet, wait_for
from bayplan.review.review import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.e2e.scene import Scene

NAME = "from-gitea"


@pytest.fixture(scope="module")
def server() -> Iterator[Gitea]:
    """A forge with a bot."""
    with running() as gitea:
        gitea.add_user("bot", "read:user,write:issue,write:repository")
        yield gitea


@pytest.fixture
def guarded(server: Gitea, tmp_path: Path) -> Request:
    """A pull request against a branch that asks for our status."""
    made = Request(server, tmp_path / "work", "fleet")
    server.tell("PUT", f"{made.path}/collaborators/bot", {"permission": "write"})
    rule = {"rule_name": "main", "enable_status_check": True, "status_check_contexts": ["bayplan/review"]}
    server.tell("POST", f"{made.path}/branch_protections", rule)
    return made


@pytest.fixture
def followed(guarded: Request, lab: Scene) -> Iterator[Scene]:
    """A cluster whose Flux follows the repository's main branch; what that brought is gone afterwards."""
    about = {"name": NAME, "namespace": NAMESPACE}
    source = {"interval": "1h", "url": f"{guarded.server.url}/{guarded.name}.git", "ref": {"branch": "main"}}
    lab.api.apply({"apiVersion": SOURCE, "kind": "GitRepository", "metadata": about, "spec": source})
    lab.api.apply({"apiVersion": KUSTOMIZE, "kind": "Kustomization", "metadata": about, "spec": KUSTOMIZATION})
    try:
        yield lab
    finally:
        lab.api.delete(KUSTOMIZE, "Kustomization", NAME, NAMESPACE)
        lab.wait("the Kustomization to be gone", lambda: gone(lab, KUSTOMIZE, "Kustomization"))
        lab.api.delete(SOURCE, "GitRepository", NAME, NAMESPACE)
        lab.wait("its objects to be gone", lambda: none_left(lab))


KUSTOMIZATION = {
    "interval": "1h",
    "retryInterval": "2s",
    "path": "./dist/prod",
    "prune": True,
    "wait": True,
    "sourceRef": {"kind": "GitRepository", "name": NAME},
}


def gone(scene: Scene, version: str, kind: str) -> None:
    if scene.api.get(version, kind, NAME, NAMESPACE) is not None:
        raise NotYet("it is still there")


def none_left(scene: Scene) -> None:
    if scene.api.get("v1", "ConfigMap", NAME, "default") is not None:
        raise NotYet("the ConfigMap is still there")


def merge(made: Request) -> tuple[int, Any]:
    """Try to merge as the administrator, under the rules of the branch; waits while Gitea still looks for conflicts."""

    def ready() -> None:
        if not made.server.tell("GET", f"{made.path}/pulls/{made.number}")["mergeable"]:
            raise NotYet("Gitea is still looking")

    wait_for("Gitea to look for conflicts", ready, within_s=30)
    return made.server.ask("POST", f"{made.path}/pulls/{made.number}/merge", {"Do": "merge"})


def test_only_what_the_review_lets_pass_is_merged_and_flux_syncs_it(
    guarded: Request, server: Gitea, followed: Scene, tmp_path: Path
) -> None:
    job = Job(folder=tmp_path / "job", request=guarded, token=server.tokens["bot"])
    job.run(guarded.commit, None)
    assert merge(guarded)[0] == 405, "a review that has only begun must not let it pass"
    job.run(guarded.commit, review_of(guarded.commit, Verdict.BLOCKED))
    assert merge(guarded)[0] == 405, "a review that fails must not let it pass"
    assert followed.api.get("v1", "ConfigMap", NAME, "default") is None

    fixed = guarded.change("change", "Mend it", {"dist/prod/README.md": "mended\n"})
    assert merge(guarded)[0] == 405, "a commit that nobody has reviewed must not pass"
    told = job.run(fixed, review_of(fixed, Verdict.ATTENTION))
    assert (told["comment"], told["status"]) == ("edited", "success")
    status, answer = merge(guarded)
    assert status == 200, answer

    merged = server.tell("GET", f"{guarded.path}/branches/main")["commit"]["id"]
    request(followed.api, SOURCE, "GitRepository", NAME)

    def synced() -> None:
        one = followed.get(KUSTOMIZE, "Kustomization", NAME, NAMESPACE)
        if not str(one.get("status", {}).get("lastAppliedRevision", "")).endswith(merged):
            source = followed.get(SOURCE, "GitRepository", NAME, NAMESPACE)
            raise NotYet(f"{why(one)}; source: {why(source)}")

    followed.wait(f"Flux to apply {merged[:12]} from Gitea", synced, within_s=90)
    assert followed.get("v1", "ConfigMap", NAME, "default")["data"] == {"merged": "yes"}
    state = server.tell("GET", f"{guarded.path}/pulls/{guarded.number}")
    assert state["merged"] is True
    assert job.run(fixed, review_of(fixed, Verdict.ATTENTION))["comment"] == "unchanged"
