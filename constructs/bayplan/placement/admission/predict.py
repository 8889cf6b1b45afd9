"""What Kueue will do with the jobs of a cluster when all of them come: who runs at once, who waits for what.

Everything is as bayplan renders it: no admission checks, and nobody but these jobs in the queues. Jobs
come one behind the other by the names of app and workload, before the first is admitted; in each queue higher
priorities go first. Then all who run end together, and those who waited have their turn. Where Kueue knows how nodes
are connected, they hold nothing but these jobs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bayplan.placement.admission.line import Line
from bayplan.placement.admission.nearness import spots_of
from bayplan.placement.admission.reason import why_waiting
from bayplan.placement.admission.running import Rights
from bayplan.placement.admission.simulation import Simulation
from bayplan.spec.queueing.alone import why_never
from bayplan.spec.queueing.job import jobs_on
from bayplan.spec.queueing.offer import offers

if TYPE_CHECKING:
    from bayplan.placement.plan import Plan
    from bayplan.spec.cluster import Cluster
    from bayplan.spec.platform import Platform
    from bayplan.spec.queueing.job import Job
    from bayplan.spec.queueing.offer import Offer


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What becomes of one job."""

    job: str
    """`app/workload`."""
    team: str
    """Whose queue it waits in."""
    turn: int
    """1 for who is admitted at once, 2 for who is when those have ended, and so on; 0 for never."""
    flavors: tuple[tuple[str, str], ...] = ()
    """Of each group of its pods, the kind of node that it gets."""
    why: str = ""
    """What it waits for at first, or why it is never admitted."""
    stops: tuple[str, ...] = ()
    """Running jobs that are stopped for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Admissions:
    """What becomes of all jobs of a cluster that wait in queues."""

    cluster: str
    verdicts: tuple[Verdict, ...]
    """Sorted by name."""
    order: tuple[str, ...]
    """Who is admitted at once, in order."""

    def of(self, job: str) -> Verdict | None:
        """The verdict on one job; None where it waits in no queue."""
        return next((one for one in self.verdicts if one.job == job), None)


def predict(platform: Platform, cluster: Cluster, plan: Plan | None = None) -> Admissions:
    """What Kueue admits on a cluster; without a plan jobs may run on every kind of node that would take their pods."""
    apps = platform.apps_on(cluster)
    pools: dict[str, list[str]] | None = None
    if plan is not None:
        pools = {}
        for seat in plan.seats:
            pools.setdefault(seat.workload, []).append(seat.pool)
    jobs = jobs_on(cluster, apps, pools)
    offer = offers(cluster, apps)
    return _outcome(cluster, offer, jobs)


def simulation_of(offer: Offer, *, is_fair: bool = False) -> Simulation:
    """The queues of a cluster, empty; `is_fair` where what is borrowed is shared by weight."""
    lines = {}
    for team, node in offer.tree().items():
        queue = offer.shares[team].queue
        stops = queue.stops if queue else "borrowers"
        rights = Rights(others=stops != "nobody", own=stops == "lower")
        lines[team] = Line(node=node, rights=rights, is_strict=bool(queue and queue.order == "strict"))
    flavors = {one.name: one for share in offer.shares.values() for one in share.flavors}
    return Simulation(lines, spots_of(flavors.values()), is_fair=is_fair)


def _outcome(cluster: Cluster, offer: Offer, jobs: tuple[Job, ...]) -> Admissions:
    tree = offer.tree()
    never = {job.name: why for job in jobs if (why := why_never(cluster, tree[job.team], job) or _nowhere(job))}
    simulation = simulation_of(offer, is_fair=cluster.fair_sharing)
    simulation.arrive(jobs)
    first = simulation.settle()
    waiting = {one.job.name: why_waiting(simulation, one) for one in simulation.waiting()}
    turns = dict.fromkeys(first, 1)
    flavors, turn = dict(simulation.flavors), 1
    while simulation.running:
        simulation.finish([one.job.name for one in simulation.running])
        turn += 1
        for name in simulation.settle():
            turns.setdefault(name, turn)
            flavors[name] = simulation.flavors[name]
    verdicts = tuple(
        Verdict(
            job=job.name,
            team=job.team,
            turn=turns.get(job.name, 0),
            flavors=tuple(zip((one.name for one in job.podsets), flavors.get(job.name, ()), strict=False)),
            why="" if turns.get(job.name) == 1 else never.get(job.name, "") or waiting.get(job.name, ""),
            stops=simulation.stopped.get(job.name, ()),
        )
        for job in jobs
    )
    return Admissions(cluster=cluster.name, verdicts=verdicts, order=tuple(first))


def _nowhere(job: Job) -> str:
    lost = [one.name or "its pods" for one in job.podsets if one.pods and not one.flavors]
    return f"no kind of node takes {' and '.join(lost)}" if lost else ""
