"""A training job that was rendered, synced by the real Flux, run by the real Trainer, JobSet and Kueue."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest
from tests.e2e.teams import live, open_teams, synthesise, write

from bayplan.lab.delivery import deliver, redirect
from bayplan.lab.furnish import bootstrap, condition
from bayplan.lab.reconcile import KUSTOMIZE, await_ready, describe, fetch, reconcile_again, request, why
from bayplan.lab.wait import NotYet, wait_for
from bayplan.spec.cluster import POOL_LABEL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.e2e.teams import Teams

    from bayplan.lab.api import Body
    from bayplan.lab.delivery import Checkout

TRAINER, JOBSET = "trainer.kubeflow.org/v1alpha1", "jobset.x-k8s.io/v1alpha2"
JOB = "kind: TrainingJob, name: learn, workers: 2, accelerator: {count: 1}, resources: {cpu: 1, memory: 4Gi}"


class Synced:
    """Teams whose Flux reads a checkout."""

    def __init__(self, teams: Teams, checkout: Checkout) -> None:
        self.teams, self.api, self.checkout = teams, teams.api, checkout

    def render(self, words: str) -> str:
        """Synth the app with these words, push, have Flux fetch; the commit."""
        write(self.teams.root, {"vision": f"{JOB}, {words}"})
        synthesise(self.teams.root)
        there = self.checkout.path / "dist"
        shutil.rmtree(there)
        shutil.copytree(self.teams.root / "dist", there)
        (source,) = (there / "lab" / "flux").glob("GitRepository.*.yaml")
        redirect(source, self.teams.lab.layout.repository_url)
        commit = self.checkout.push(words)
        fetch(self.api, commit)
        return commit

    def jobs(self) -> dict[str, Body]:
        return {one["metadata"]["name"]: one for one in self.api.list(TRAINER, "TrainJob", "vision")}

    def pods(self) -> list[Body]:
        return self.api.list("v1", "Pod", "vision")

    def await_pods(self, phase: str, count: int) -> list[Body]:
        def there() -> list[Body]:
            found = [one for one in self.pods() if one["status"]["phase"] == phase]
            if len(found) != count:
                raise NotYet(f"{len(found)} pods are {phase} of {len(self.pods())}")
            return found

        return wait_for(f"{count} pods to be {phase}", there, within_s=60)

    def await_job(self, name: str, kind: str) -> None:
        def there() -> None:
            if condition(self.jobs()[name], kind) != "True":
                raise NotYet(str(self.jobs()[name].get("status")))

        wait_for(f"{name} to be {kind}", there, within_s=60)


@pytest.fixture(scope="module")
def synced(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Synced]:
    with open_teams(tmp_path_factory.mktemp("training"), "training", {"vision": f"{JOB}, args: [first]"}) as teams:
        live(teams, "vision", done_after="1h")
        cluster = teams.platform.clusters[0]
        checkout = deliver(teams.lab.layout, cluster, teams.root / "dist")
        bootstrap(teams.lab, cluster, checkout)
        commit = checkout.git("rev-parse", "HEAD")
        fetch(teams.api, commit)
        await_ready(teams.api, commit, within_s=90)
        yield Synced(teams, checkout)


def test_it_becomes_pods_with_what_torchrun_reads_on_the_planned_pool_and_nobody_waits_for_its_end(
    synced: Synced,
) -> None:
    pods = synced.await_pods("Running", 2)
    (name,) = synced.jobs()
    assert synced.api.get(JOBSET, "JobSet", name, "vision") is not None
    (seat,) = synced.teams.plan.seats
    for pod in pods:
        node = synced.api.get("v1", "Node", pod["spec"]["nodeName"])
        assert node is not None
        assert node["metadata"]["labels"][POOL_LABEL] == seat.pool
        (container,) = pod["spec"]["containers"]
        env: dict[str, Any] = {one["name"]: one.get("value") or one.get("valueFrom") for one in container["env"]}
        rank = env.pop("PET_NODE_RANK")
        assert rank["fieldRef"]["fieldPath"].endswith("['batch.kubernetes.io/job-completion-index']")
        assert {key: value for key, value in env.items() if key.startswith("PET_")} == {
            "PET_NNODES": "2",
            "PET_NPROC_PER_NODE": "1",
            "PET_MASTER_ADDR": f"{name}-node-0-0.{name}",
            "PET_MASTER_PORT": "29500",
            "PET_RDZV_CONF": "timeout=3600",
        }
        assert container["args"] == ["first"]
    kustomization = synced.api.get(KUSTOMIZE, "Kustomization", "apps-vision", "flux-system")
    assert kustomization is not None
    assert condition(kustomization, "Ready") == "True"
    assert condition(synced.jobs()[name], "Complete") != "True"


def test_what_has_ended_is_not_run_again_by_the_next_sync(synced: Synced) -> None:
    ((name, before),) = synced.jobs().items()
    for pod in synced.pods():
        synced.api.patch(
            "v1", "Pod", pod["metadata"]["name"], "vision", {"status": {"phase": "Succeeded"}}, sub="status"
        )
    synced.await_job(name, "Complete")
    reconcile_again(synced.api)
    ((_, after),) = synced.jobs().items()
    assert after["metadata"]["uid"] == before["metadata"]["uid"]
    assert after["metadata"]["generation"] == before["metadata"]["generation"]
    assert condition(after, "Complete") == "True"
    assert all(one["status"]["phase"] == "Succeeded" for one in synced.pods())


def test_other_words_make_a_second_job_and_leave_the_first(synced: Synced) -> None:
    (first,) = synced.jobs()
    live(synced.teams, "vision", done_after="1s", exit_code="3")
    await_ready(synced.api, synced.render("args: [second]"), within_s=60)
    (second,) = synced.jobs().keys() - {first}
    assert condition(synced.jobs()[first], "Complete") == "True"
    synced.await_job(second, "Failed")


def test_a_failure_is_told_when_flux_looks_the_next_time(synced: Synced) -> None:
    """As it does by itself after the interval of the Kustomization: until then the app's other changes came through."""
    (failed,) = (name for name, one in synced.jobs().items() if condition(one, "Failed") == "True")
    request(synced.api, KUSTOMIZE, "Kustomization", "apps-vision")

    def told() -> str:
        found = synced.api.get(KUSTOMIZE, "Kustomization", "apps-vision", "flux-system")
        assert found is not None
        if condition(found, "Ready") != "False" or "TrainJob/" not in why(found):
            raise NotYet(describe(found))
        return why(found)

    message = wait_for("the failure to be told", told, within_s=60)
    assert f"TrainJob/vision/{failed}" in message
    assert "Failed" in message


def test_words_that_come_back_run_nothing_and_take_the_failure_away(synced: Synced) -> None:
    before = {name: one["metadata"]["uid"] for name, one in synced.jobs().items()}
    await_ready(synced.api, synced.render("args: [first]"), within_s=60)
    assert {name: one["metadata"]["uid"] for name, one in synced.jobs().items()} == before
