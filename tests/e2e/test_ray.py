"""Tuning jobs and models on Ray that were rendered, synced by the real Flux, run by the real KubeRay and Kueue."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
import yaml
from tests.e2e.ray_synced import KUEUE, RAY, SERVER, STEP_S, TUNING, answering, end, open_synced, part_of
from tests.e2e.scene import ROOT

from bayplan.lab.api import Refused
from bayplan.lab.furnish import condition
from bayplan.lab.reconcile import KUSTOMIZE, request
from bayplan.lab.wait import NotYet, wait_for
from bayplan.pipeline import load, place
from bayplan.placement.admission.predict import predict
from bayplan.render.flux.health import HEALTH
from bayplan.spec.cluster import POOL_LABEL
from bayplan.validation.cel.compiler import Program

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.e2e.ray_synced import Synced

MUTATIONS = ROOT / "tests/validation/mutations/ray.yaml"
NEVER_SAID = ("cannot be asked", "to be upgraded", "and with its own", "without a port", "alone could answer")
"""Mutations that KubeRay does not call refused: what it never gets to, or says of the cluster that it makes of them."""


@pytest.fixture(scope="module")
def synced(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Synced]:
    with open_synced(tmp_path_factory.mktemp("ray")) as found:
        yield found


def test_a_tuning_job_is_let_in_and_becomes_a_cluster_on_the_planned_pools(synced: Synced) -> None:
    pods = synced.await_pods("lab", 4)  # head, two trials, and who hands the work in
    seats = {seat.workload.partition("@")[2]: seat.pool for seat in synced.teams.plan.seats if "tune" in seat.workload}
    found = {}
    for pod in pods:
        node = synced.teams.api.get("v1", "Node", pod["spec"]["nodeName"]) or {}
        found[pod["metadata"]["labels"]["bayplan.dev/part"]] = node["metadata"]["labels"][POOL_LABEL]
    assert found == seats
    assert not synced.job("tune")["spec"].get("suspend")
    (waited,) = synced.all("Workload", "lab", KUEUE)
    assert condition(waited, "Admitted") == "True"


def test_kuberay_goes_as_far_as_the_dashboard_lets_it(synced: Synced) -> None:
    """Without an answer the job is Running for KubeRay, and stays so; Flux has not waited."""
    job = synced.await_job("tune", "Running")
    assert job["status"].get("jobStatus", "") == ""
    (submitter,) = synced.all("Job", "lab", "batch/v1")
    assert submitter["spec"]["template"]["spec"]["containers"][0]["name"] == "ray-job-submitter"
    (cluster,) = synced.all("RayCluster", "lab")
    assert cluster["status"]["state"] == "ready"
    assert cluster["spec"]["rayVersion"] == job["spec"]["rayClusterSpec"]["rayVersion"]
    synced.await_told("lab", "True", lambda _: True)


def test_a_queue_lets_in_what_was_predicted(synced: Synced) -> None:
    """The second job waits for the accelerators of the first, without a pod; its account is well for Flux."""
    teams = synced.teams
    synced.render(lab=f"{TUNING}, name: tune\n{TUNING}, name: later")
    platform = load(teams.root, lambda *_: None)
    placed = place(platform, lambda *_: None)
    turns = {one.job: one.turn for one in predict(platform, platform.clusters[0], placed[0].decision.plan).verdicts}
    assert sorted(turns.values()) == [1, 2]
    synced.await_job("later", "Suspended")
    assert synced.job("later")["spec"]["suspend"] is True
    assert len(synced.await_pods("lab", 4)) == 4
    admitted = [one for one in synced.all("Workload", "lab", KUEUE) if condition(one, "Admitted") == "True"]
    assert len(admitted) == 1
    synced.await_told("lab", "True", lambda _: True)


def test_a_job_that_has_ended_frees_its_cluster_for_the_next(synced: Synced) -> None:
    synced.ray.jobs["tune"] = "SUCCEEDED"
    end(synced, "tune")
    synced.await_job("tune", "Complete")
    synced.await_job("later", "Running")
    names = [one["metadata"]["name"] for one in synced.all("RayCluster", "lab")]
    assert [name.partition("-")[0] for name in names] == ["later"]


def test_a_failure_is_told_and_nothing_is_run_again(synced: Synced) -> None:
    before = {one["metadata"]["name"]: one["metadata"]["uid"] for one in synced.all("RayJob", "lab")}
    synced.ray.jobs["later"] = "FAILED"
    end(synced, "later")
    synced.await_job("later", "Failed")
    request(synced.teams.api, KUSTOMIZE, "Kustomization", "apps-lab")
    synced.await_told("lab", "False", lambda said: "RayJob/lab/later" in said)
    assert {one["metadata"]["name"]: one["metadata"]["uid"] for one in synced.all("RayJob", "lab")} == before
    assert synced.job("tune")["status"]["jobDeploymentStatus"] == "Complete"


def test_a_model_on_ray_is_ready_when_its_replicas_answer(synced: Synced) -> None:
    head, *replicas = sorted(synced.await_pods("serve", 3), key=part_of)
    assert [part_of(one) for one in (head, *replicas)] == ["head", "replica", "replica"]
    assert condition(synced.kustomization("serve"), "Ready") != "True"  # nobody has deployed anything yet
    synced.ray.applications["tell"] = "RUNNING"
    synced.await_told("serve", "True", lambda _: True)
    (asked,) = synced.ray.deployed.values()
    assert asked["applications"][0]["import_path"] == "a:b"
    assert asked["applications"][0]["deployments"][0]["num_replicas"] == 2
    assert answering(synced) == {one["metadata"]["name"] for one in replicas}
    assert answering(synced, "tell-serve-svc") == answering(synced)


def test_another_number_of_replicas_comes_as_a_second_cluster(synced: Synced) -> None:
    """KubeRay leaves a cluster as it is whose numbers alone have changed: they stand in its template, too."""
    (first,) = synced.all("RayCluster", "serve")
    synced.ray.applications.clear()
    synced.render(serve=SERVER.replace("replicas: 2", "replicas: 3"))

    def beside() -> None:
        if len(synced.all("RayCluster", "serve")) != 2:
            raise NotYet("one cluster")

    wait_for("a second cluster", beside, within_s=STEP_S)
    synced.await_pods("serve", 7)
    (service,) = synced.all("RayService", "serve")
    assert condition(service, "UpgradeInProgress") == "True"
    assert condition(synced.kustomization("serve"), "Ready") != "True"
    synced.ray.applications["tell"] = "RUNNING"
    synced.await_told("serve", "True", lambda _: True)
    (service,) = synced.all("RayService", "serve")
    assert service["status"]["activeServiceStatus"]["rayClusterName"] != first["metadata"]["name"]


def test_what_kuberay_refuses_is_what_the_rule_finds(synced: Synced) -> None:
    """Of every mutation of the rule, on the operator itself: refused, or taken where the rule says nothing."""
    api = synced.teams.api
    api.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "refused"}})
    wanted = {}
    for number, mutation in enumerate(yaml.safe_load(MUTATIONS.read_text())):
        (body,) = yaml.safe_load_all(mutation["add"])
        if any(word in mutation["name"] for word in NEVER_SAID):
            continue
        name = body["metadata"]["name"] if len(body["metadata"]["name"]) > 47 else f"m{number}"
        body["metadata"] |= {"name": name, "namespace": "refused"}
        with suppress(Refused):  # the schema has turned it down
            api.create(body)
            wanted[body["kind"], name] = (bool(mutation["finds"]), mutation["name"])

    def judged() -> dict[tuple[str, str], tuple[bool, str]]:
        found = {}
        for (kind, name), (_, title) in wanted.items():
            body = api.get(RAY, kind, name, "refused") or {}
            status = body.get("status") or {}
            reasons = [one["reason"] for one in status.get("conditions", ()) if one["type"] == "Ready"]
            said = status.get("jobDeploymentStatus") or " ".join(reasons)
            if not said:
                raise NotYet(f"{kind} {name}: {status}")
            found[kind, name] = (said == "ValidationFailed", title)
            expression = HEALTH["ray.io", kind].expression
            assert expression is not None
            failed = Program(expression.failed, frozenset({"metadata", "status"}))
            assert failed(body) is (said == "ValidationFailed"), f"what Flux would say of {title}"
        return found

    assert wait_for("KubeRay to judge all of it", judged, within_s=STEP_S) == wanted
