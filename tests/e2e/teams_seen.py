"""What Kueue has made of the jobs of two teams: who waits, who runs, and on which kinds of nodes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from bayplan.lab.furnish import condition
from bayplan.lab.wait import NotYet, wait_for
from bayplan.manifests.read import read_tree
from bayplan.render.flux.health import HEALTH
from bayplan.spec.queueing.job import jobs_on
from bayplan.validation.cel.compiler import Program

if TYPE_CHECKING:
    from tests.e2e.teams import Teams

    from bayplan.lab.api import Body
    from bayplan.placement.admission.simulation import Simulation
    from bayplan.spec.queueing.job import Job

KUEUE = "kueue.x-k8s.io/v1beta2"


def is_well(queue: Body) -> bool:
    """As Flux is told to judge it."""
    told = HEALTH["kueue.x-k8s.io", "ClusterQueue"].expression
    assert told is not None
    return Program(told.current, frozenset({"metadata", "status"}))(queue) is True


def await_well(teams: Teams, queue: str) -> None:
    """Wait until Kueue has seen a queue as it is now, and takes jobs in it."""

    def seen() -> None:
        found = teams.api.get(KUEUE, "ClusterQueue", queue)
        told = (found or {}).get("status", {}).get("conditions", ())
        generations = {one.get("observedGeneration") for one in told if one["type"] == "Active"}
        if found is None or generations != {found["metadata"]["generation"]} or not is_well(found):
            raise NotYet(str(told))

    wait_for(f"queue {queue} to be well", seen, within_s=20)


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
    """The kind of node that each group of its pods was given."""
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
