"""Spark jobs that were rendered, synced by the real Flux, held by the real Kueue, submitted by the real operator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.e2e.spark_lake import NAMESPACE, SPARK, mounted, open_lake
from tests.e2e.test_refused_jobs import added, why_refused

from bayplan.lab.furnish import condition
from bayplan.lab.reconcile import KUSTOMIZE, describe, reconcile_again, request, why
from bayplan.lab.wait import NotYet, wait_for
from bayplan.pipeline import load
from bayplan.placement.admission.predict import simulation_of
from bayplan.spec.amount import mebibytes, millicores
from bayplan.spec.cluster import POOL_LABEL
from bayplan.spec.queueing.job import jobs_on
from bayplan.spec.queueing.offer import offers
from bayplan.spec.workloads.spark_job import SparkJob

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.e2e.spark_lake import Lake

    from bayplan.lab.api import Body
    from bayplan.placement.admission.simulation import Simulation

KUEUE = "kueue.x-k8s.io/v1beta2"
LABEL: dict[str, Any] = {
    "name": "label",
    "args": ["in.csv", "out"],
    "driver": {"cpu": "1", "memory": "3Gi"},
    "executors": 2,
    "hadoop": "hdfs",
    "s3": {"endpoint": "http://minio.example.com:9000", "access_key": "store#access", "secret_key": "store#secret"},
}
NIGHT: dict[str, Any] = {"name": "night", "driver": {"cpu": "500m", "memory": "1Gi"}, "schedule": "* * * * *"}
MORE: dict[str, Any] = {"name": "more", "driver": {"cpu": "1", "memory": "3Gi"}}
"""With its overhead the driver is too large for what is left of the quota; its heap alone is not."""


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lake]:
    with open_lake(tmp_path_factory.mktemp("lake"), LABEL, NIGHT) as found:
        yield found


def workload_of(lake: Lake, job: str) -> Body:
    """What Kueue has made of the one run of a job."""
    (run,) = lake.runs(job)
    owners = {one["metadata"]["ownerReferences"][0]["uid"]: one for one in lake.api.list(KUEUE, "Workload", NAMESPACE)}
    if run["metadata"]["uid"] not in owners:
        raise NotYet(f"Kueue knows nothing of {job}")
    return owners[run["metadata"]["uid"]]


def asked(pod: Body) -> dict[str, int]:
    """What a pod asks its node for."""
    (container,) = pod["spec"]["containers"]
    requests = container["resources"]["requests"]
    return {"cpu": millicores(requests["cpu"]), "memory": mebibytes(requests["memory"])}


def is_where_planned(lake: Lake, pod: Body, group: str) -> bool:
    node = lake.api.get("v1", "Node", pod["spec"]["nodeName"])
    assert node is not None
    (seat,) = [one for one in lake.teams.plan.seats if one.workload == f"{NAMESPACE}/label@{group}"]
    return bool(node["metadata"]["labels"][POOL_LABEL] == seat.pool)


def words_of(lake: Lake, name: str) -> SparkJob:
    (app,) = lake.teams.platform.apps
    (found,) = [one for one in app.workloads if one.name == name]
    assert isinstance(found, SparkJob)
    return found


def test_its_driver_is_submitted_to_the_planned_pool_with_what_the_plan_counts(lake: Lake) -> None:
    lake.await_state("label", "RUNNING")
    (driver,) = lake.pods("label", "driver")
    job = words_of(lake, "label")
    assert is_where_planned(lake, driver, "driver")
    assert asked(driver) == {"cpu": job.driver.cpu_millicores, "memory": job.driver.memory_mib}
    assert driver["spec"]["serviceAccountName"] == "label"
    assert driver["spec"]["activeDeadlineSeconds"] == job.deadline_seconds
    assert driver["spec"]["securityContext"]["runAsUser"] == 185
    (container,) = driver["spec"]["containers"]
    assert container["args"][-2:] == LABEL["args"]
    assert container["securityContext"]["readOnlyRootFilesystem"] is True


def test_its_driver_has_hadoops_files_and_the_keys_by_reference(lake: Lake) -> None:
    (driver,) = lake.pods("label", "driver")
    (container,) = driver["spec"]["containers"]
    folders = {volume["configMap"]["name"]: mount for volume, mount in mounted(driver) if "configMap" in volume}
    env = {one["name"]: one.get("value") or one["valueFrom"] for one in container["env"]}
    assert env["HADOOP_CONF_DIR"] == folders["hdfs"]
    assert env["AWS_ACCESS_KEY_ID"] == {"secretKeyRef": {"name": "store", "key": "access"}}
    assert env["AWS_SECRET_ACCESS_KEY"] == {"secretKeyRef": {"name": "store", "key": "secret"}}


def test_its_driver_may_make_executors_which_stand_where_planned_with_what_the_plan_counts(
    lake: Lake, tmp_path: Path
) -> None:
    job = words_of(lake, "label")
    with lake.driving("label", tmp_path) as log:

        def made() -> list[Body]:
            found = [one for one in lake.pods("label", "executor") if one["spec"].get("nodeName")]
            if len(found) != job.executors:
                raise NotYet(f"{len(found)} executors: {log.read_text()[-1500:]}")
            return found

        executors = wait_for("executors to be seated", made, within_s=180)
    for executor in executors:
        assert is_where_planned(lake, executor, "executor")
        assert asked(executor) == {"cpu": job.resources.cpu_millicores, "memory": job.resources.memory_mib}
        (container,) = executor["spec"]["containers"]
        assert container["resources"]["limits"]["nvidia.com/gpu"] == "1"
        env = {one["name"]: one.get("valueFrom") for one in container["env"]}
        assert env["AWS_ACCESS_KEY_ID"] == {"secretKeyRef": {"name": "store", "key": "access"}}
        assert "hdfs" in {volume["configMap"]["name"] for volume, _ in mounted(executor) if "configMap" in volume}


def test_kueue_admits_who_was_predicted_by_the_whole_memory_of_the_pods(lake: Lake) -> None:
    lake.await_state("night", "RUNNING")
    lake.render(LABEL, NIGHT, MORE)
    cluster = lake.teams.platform.clusters[0]

    def known() -> Body:
        found = workload_of(lake, "more") if lake.runs("more") else {}
        if not found.get("status", {}).get("conditions"):
            raise NotYet(str(found.get("status")))
        return found

    waiting = wait_for("Kueue to judge", known, within_s=30)
    simulation = simulated(lake)
    assert {one.job.name for one in simulation.waiting()} == {"lake/more"}
    assert condition(waiting, "QuotaReserved") == "False"
    assert cluster.queues
    for name in ("label", "night"):
        (running,) = [one for one in simulation.running if one.job.name == f"lake/{name}"]
        given = workload_of(lake, name)["status"]["admission"]["podSetAssignments"]
        assert [one["flavors"]["cpu"] for one in given] == list(simulation.flavors[running.job.name])
        assert {one["name"]: mebibytes(one["resourceUsage"]["memory"]) for one in given} == {
            one.name: one.asks["memory"] // 2**20 for one in running.job.podsets
        }
    (held,) = lake.runs("more")
    assert held["spec"]["suspend"] is True


def simulated(lake: Lake) -> Simulation:
    """Those who came first, then the third."""
    platform = load(lake.teams.root, lambda *_: None)
    simulation = simulation_of(offers(platform.clusters[0], platform.apps))
    jobs = {one.name: one for one in jobs_on(platform.clusters[0], platform.apps)}
    for names in (("lake/label", "lake/night"), ("lake/more",)):
        simulation.arrive([jobs[name] for name in names])
        simulation.settle()
    return simulation


def test_flux_is_content_with_what_runs_waits_and_has_ended_well(lake: Lake) -> None:
    lake.end("night", 0)
    lake.await_state("night", "COMPLETED")
    lake.await_state("label", "RUNNING")
    lake.await_state("more", "SUSPENDED")
    reconcile_again(lake.api)
    kustomization = lake.api.get(KUSTOMIZE, "Kustomization", "apps-lake", "flux-system")
    assert kustomization is not None
    assert condition(kustomization, "Ready") == "True"


def test_a_run_that_failed_is_told_and_the_next_one_has_its_place(lake: Lake) -> None:
    lake.end("label", 3)
    failed = lake.await_state("label", "FAILED")
    assert "ExitCode: 3" in failed["status"]["applicationState"]["errorMessage"]
    lake.await_state("more", "RUNNING")
    request(lake.api, KUSTOMIZE, "Kustomization", "apps-lake")

    def told() -> str:
        found = lake.api.get(KUSTOMIZE, "Kustomization", "apps-lake", "flux-system")
        assert found is not None
        if condition(found, "Ready") != "False" or "SparkApplication/" not in why(found):
            raise NotYet(describe(found))
        return why(found)

    assert f"SparkApplication/lake/{failed['metadata']['name']}" in wait_for(
        "the failure to be told", told, within_s=60
    )


def test_a_schedule_that_nobody_can_read_is_a_failure_for_flux(lake: Lake) -> None:
    """What the health expression reads: bayplan refuses such words, so the object is spoiled by hand."""
    night = lake.api.get(SPARK, "ScheduledSparkApplication", "night", NAMESPACE)
    assert night is not None
    spoiled = {**night["spec"], "timeZone": "Europe/Berlim"}
    body = {"apiVersion": SPARK, "kind": "ScheduledSparkApplication", "spec": spoiled}
    lake.api.apply({**body, "metadata": {"name": "spoiled", "namespace": NAMESPACE}})

    def judged() -> None:
        found = lake.api.get(SPARK, "ScheduledSparkApplication", "spoiled", NAMESPACE)
        assert found is not None
        if found.get("status", {}).get("scheduleState") != "FailedValidation":
            raise NotYet(str(found.get("status")))

    wait_for("the operator to read the zone", judged, within_s=30)


@pytest.mark.parametrize(("name", "body", "finds"), added("ScheduledSparkApplication", "SparkApplication"))
def test_the_webhook_refuses_what_a_rule_says(lake: Lake, name: str, body: Body, finds: set[str]) -> None:
    """Of a schedule it looks at the settings alone: the rest it refuses in each run, which is asked here."""
    spec, about = body["spec"].get("template", body["spec"]), {**body["metadata"], "namespace": NAMESPACE}
    if body["kind"] == "ScheduledSparkApplication":
        about["name"] += "-1234567890123456789"
    if name.endswith("own namespace"):
        spec["sparkConf"] = {"spark.kubernetes.namespace": NAMESPACE}
    refused = why_refused(lake.api, {**body, "kind": "SparkApplication", "metadata": about, "spec": spec})
    assert bool(refused) == ("WRK021" in finds), f"{name}: {refused}"
