"""Kueue admits exactly what was predicted, from quotas that were rendered, onto the nodes that the plan chose."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from tests.e2e.teams import NODES, live, open_teams

from bayplan.lab.furnish import condition
from bayplan.lab.wait import NotYet, wait_for
from bayplan.manifests.read import read_tree
from bayplan.placement.admission.predict import predict, simulation_of
from bayplan.spec.cluster import POOL_LABEL
from bayplan.spec.queueing.job import jobs_on
from bayplan.spec.queueing.offer import offers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.e2e.teams import Teams

    from bayplan.lab.api import Body
    from bayplan.placement.admission.simulation import Simulation
    from bayplan.spec.queueing.job import Job

KUEUE = "kueue.x-k8s.io/v1beta2"
QUEUES = ("ResourceFlavor", "Cohort", "ClusterQueue", "LocalQueue", "WorkloadPriorityClass")
PLATFORM = ("Namespace", "ServiceAccount", "PriorityClass", *QUEUES)
GPU = "accelerator: {count: 1}, resources: {cpu: 1, memory: 4Gi}"
APPS = {
    "speech": f"""
kind: BatchJob, name: e, {GPU}
kind: BatchJob, name: f, {GPU}, parts: 2
kind: BatchJob, name: g, {GPU}
""",
    "vision": f"""
kind: BatchJob, name: a, {GPU}, parts: 2
kind: BatchJob, name: b, {GPU}
kind: BatchJob, name: c, {GPU}, parts: 2
kind: BatchJob, name: d, {GPU}, priority: critical
""",
}
LAST = "l4"
"""The flavor with which both queues begin, at the same moment."""


@pytest.fixture(scope="module")
def teams(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Teams]:
    """Queues, all of which wait for a flavor that is not there yet; no job."""
    with open_teams(tmp_path_factory.mktemp("queues"), "queues", APPS) as found:
        for name in APPS:
            live(found, name, done_after="1h")
        for body in rendered(found, *PLATFORM):
            if body["metadata"]["name"] != LAST:
                found.api.apply(body)
        yield found


def rendered(teams: Teams, *kinds: str) -> list[Body]:
    """Objects of these kinds in dist/, in the order of the kinds, then by namespace and name."""
    found = [one.body for one in read_tree(teams.root / "dist").inventory.manifests if one.ref.kind in kinds]
    return sorted(found, key=lambda one: (kinds.index(one["kind"]), job_of(one)))


def job_of(body: Body) -> str:
    """`app/workload` of a rendered object, or of the Workload that Kueue has made for it."""
    about = body["metadata"]
    return f"{about.get('namespace', '')}/{about.get('labels', {}).get('app.kubernetes.io/name', about['name'])}"


def workloads(teams: Teams) -> dict[str, Body]:
    """What Kueue has made of each job, by `app/workload`."""
    jobs = {one["metadata"]["uid"]: job_of(one) for one in teams.api.list("batch/v1", "Job")}
    made = teams.api.list(KUEUE, "Workload")
    return {jobs[one["metadata"]["ownerReferences"][0]["uid"]]: one for one in made}


def submit(teams: Teams, job: Body) -> None:
    """A job comes, in a second of its own: who came first, Kueue knows by the second, and among equals it is chance."""
    made = teams.api.create(job)["metadata"]["creationTimestamp"]

    def known() -> None:
        age = datetime.now(UTC) - datetime.fromisoformat(made)
        if job_of(job) not in workloads(teams) or age < timedelta(seconds=1):
            raise NotYet("it has just come")

    wait_for(f"Kueue to know {job_of(job)}", known, within_s=30)


def flavors(workload: Body) -> tuple[str, ...]:
    assigned: list[Any] = workload["status"]["admission"]["podSetAssignments"]
    return tuple(one["flavors"]["nvidia.com/gpu"] for one in assigned)


def jobs_of(teams: Teams) -> tuple[Job, ...]:
    """The jobs as the prediction sees them, on the pools of the plan."""
    pools: dict[str, list[str]] = {}
    for seat in teams.plan.seats:
        pools.setdefault(seat.workload, []).append(seat.pool)
    return jobs_on(teams.platform.clusters[0], teams.platform.apps, pools)


def end(teams: Teams, job: str) -> None:
    """The pods of a job end well, as their kubelets would say."""
    namespace, _, name = job.partition("/")

    def finished() -> None:
        for pod in teams.api.list("v1", "Pod", namespace, labels=f"app.kubernetes.io/name={name}"):
            if pod["status"]["phase"] == "Running":
                status = {"status": {"phase": "Succeeded"}}
                teams.api.patch("v1", "Pod", pod["metadata"]["name"], namespace, status, sub="status")
        if condition(workloads(teams)[job], "Finished") != "True":
            raise NotYet(f"{job} runs")

    wait_for(f"{job} to end", finished, within_s=30)


def running(teams: Teams) -> dict[str, tuple[str, ...]]:
    """Who has been admitted and has not ended, and on which kinds of nodes."""
    found = {job: one for job, one in workloads(teams).items() if one.get("status", {}).get("admission")}
    return {job: flavors(one) for job, one in found.items() if condition(one, "Finished") != "True"}


def await_running(teams: Teams, simulation: Simulation, what: str) -> None:
    """Wait until just those run that run in the simulation, on the same kinds of nodes."""
    expected = {one.job.name: simulation.flavors[one.job.name] for one in simulation.running}

    def as_predicted() -> None:
        if (found := running(teams)) != expected:
            raise NotYet(f"{found} in place of {expected}")

    wait_for(f"what was predicted {what}", as_predicted, within_s=20)


def test_a_queue_without_its_flavor_admits_nobody(teams: Teams) -> None:
    for job in rendered(teams, "Job"):
        submit(teams, job)
    assert running(teams) == {}
    queue = teams.api.get(KUEUE, "ClusterQueue", "vision")
    assert queue is not None
    assert condition(queue, "Active") == "False"


def test_who_is_admitted_when_and_where_is_what_was_predicted(teams: Teams) -> None:
    """All jobs are there when both queues open; then one ends at a time, whoever has run for longest."""
    cluster = teams.platform.clusters[0]
    simulation = simulation_of(offers(cluster, teams.platform.apps))
    simulation.arrive(jobs_of(teams))
    simulation.settle()
    verdicts = predict(teams.platform, cluster, teams.plan).verdicts
    assert {one.job for one in verdicts if one.turn == 1} == {one.job.name for one in simulation.running}
    assert any(one.turn > 1 for one in verdicts), "nobody waits"
    (flavor,) = [one for one in rendered(teams, "ResourceFlavor") if one["metadata"]["name"] == LAST]
    teams.api.apply(flavor)
    await_running(teams, simulation, "when the queues open")
    while simulation.waiting() and simulation.running:
        ending = simulation.running[0].job.name
        end(teams, ending)
        simulation.finish([ending])
        simulation.settle()
        await_running(teams, simulation, f"after {ending}")
    assert {one.job.name for one in simulation.waiting()} == {one.job for one in verdicts if not one.turn}


def test_pods_are_on_nodes_of_the_flavor_that_they_were_given(teams: Teams) -> None:
    given = {job: flavors(one) for job, one in workloads(teams).items() if one["status"].get("admission")}

    def seated() -> list[Body]:
        pods = teams.api.list("v1", "Pod")
        if missing := given.keys() - {job_of(pod) for pod in pods if pod["spec"].get("nodeName")}:
            raise NotYet(f"no pod of {', '.join(sorted(missing))}")
        return pods

    for pod in wait_for("every job to have its pods", seated, within_s=20):
        node = teams.api.get("v1", "Node", pod["spec"]["nodeName"])
        assert node is not None
        pool = node["metadata"]["labels"][POOL_LABEL]
        assert (pool,) == given[job_of(pod)]
        assert pod["spec"]["nodeSelector"][POOL_LABEL] == pool
        assert any(one["key"] == "nvidia.com/gpu" for one in pod["spec"]["tolerations"])


def test_a_job_that_is_larger_than_its_queue_waits_and_is_told_of_the_quota(teams: Teams) -> None:
    """bayplan refuses to load it (tests/spec/test_queue_words.py): so one is made by hand."""
    (large,) = [deepcopy(one) for one in rendered(teams, "Job") if job_of(one) == "vision/a"]
    count = NODES["l4"] + 1
    large["metadata"]["name"] = "large"
    large["metadata"]["labels"]["app.kubernetes.io/name"] = "large"
    large["spec"] |= {"parallelism": count, "completions": count}
    teams.api.create(large)

    def told() -> str:
        found = workloads(teams).get("vision/large")
        said = [one["message"] for one in (found or {}).get("status", {}).get("conditions", ())]
        if not said:
            raise NotYet("nothing is said")
        return " ".join(said)

    assert "insufficient quota for nvidia.com/gpu in flavor l4" in wait_for("Kueue to say why", told, within_s=20)
    job = teams.api.get("batch/v1", "Job", "large", "vision")
    assert job is not None
    assert job["spec"]["suspend"] is True
