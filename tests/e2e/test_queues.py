"""Kueue admits exactly what was predicted, from quotas that were rendered, onto the nodes that the plan chose."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING

import pytest
import yaml
from tests.e2e.teams import NODES, live, open_teams
from tests.e2e.teams_seen import (
    KUEUE,
    await_running,
    await_well,
    end,
    flavors,
    is_well,
    job_of,
    jobs_of,
    rendered,
    running,
    submit,
    workloads,
)

from bayplan.lab.api import Refused
from bayplan.lab.furnish import condition
from bayplan.lab.wait import NotYet, wait_for
from bayplan.placement.admission.predict import predict, simulation_of
from bayplan.spec.cluster import POOL_LABEL
from bayplan.spec.queueing.offer import offers
from bayplan.validation.registry import explain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.e2e.teams import Teams

    from bayplan.lab.api import Body

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


def test_a_queue_without_its_flavor_admits_nobody(teams: Teams) -> None:
    for job in rendered(teams, "Job"):
        submit(teams, job)
    assert running(teams) == {}
    queue = teams.api.get(KUEUE, "ClusterQueue", "vision")
    assert queue is not None
    assert condition(queue, "Active") == "False"
    assert not is_well(queue), "Flux waits for it"


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
    for name in APPS:
        await_well(teams, name)
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


def test_a_quota_that_is_cut_stops_nobody_and_lets_the_job_in_no_more(teams: Teams) -> None:
    """tests/scenarios/queue-quota-cut: who runs goes on, and would not be let in again."""
    (queue,) = [deepcopy(one) for one in rendered(teams, "ClusterQueue") if one["metadata"]["name"] == "vision"]
    (again,) = [deepcopy(one) for one in rendered(teams, "Job") if job_of(one) == "vision/a"]
    before = running(teams)
    for flavor in queue["spec"]["resourceGroups"][0]["flavors"]:
        for resource in flavor["resources"]:
            resource["nominalQuota"] = "1" if resource["name"] == "nvidia.com/gpu" else resource["nominalQuota"]
    teams.api.apply(queue)
    await_well(teams, "vision")
    again["metadata"]["name"] = again["metadata"]["labels"]["app.kubernetes.io/name"] = "again"
    teams.api.create(again)

    def told() -> str:
        found = workloads(teams).get("vision/again")
        said = (found or {}).get("status", {}).get("conditions", ())
        why = [str(one["message"]) for one in said if one["type"] == "QuotaReserved"]
        if not why:
            raise NotYet(f"nothing is said of its quota: {said}")
        return why[0]

    assert "insufficient quota for nvidia.com/gpu in flavor" in wait_for("Kueue to say why", told, within_s=20)
    assert running(teams) == before


def test_kueue_refuses_the_quotas_that_a_rule_says_it_does(teams: Teams) -> None:
    said = explain("QUE012")
    for text, is_taken in ((said.bad, False), (said.good, True)):
        (queue,) = [one for one in yaml.safe_load_all(text) if one["kind"] == "ClusterQueue"]
        if is_taken:
            teams.api.apply(queue)
        else:
            with pytest.raises(Refused, match=r"lendingLimit"):
                teams.api.apply(queue)


def test_a_queue_that_leads_elsewhere_is_refused_as_a_review_tells(teams: Teams) -> None:
    """tests/scenarios/queue-moved-to-another-team."""
    (local,) = [deepcopy(one) for one in rendered(teams, "LocalQueue") if one["metadata"]["namespace"] == "vision"]
    local["spec"]["clusterQueue"] = "speech"
    with pytest.raises(Refused, match="field is immutable"):
        teams.api.apply(local)
