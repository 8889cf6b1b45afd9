"""Plans of random platforms on the real kube-scheduler: nobody waits, whatever the order, on just the planned nodes."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import pytest
from bench.placement.real_scheduler import stage as open_stage
from tests.e2e.placement_platform import make_platform
from tests.e2e.placement_rendered import Rendered, planned, render, shuffled, workload_of
from tests.e2e.scene import ROOT

from bayplan.complaint import BadInput
from bayplan.lab.lab import PROGRAMS
from bayplan.lab.nodes import make_nodes
from bayplan.lab.parts import find_parts
from bayplan.lab.session import node_counts
from bayplan.lab.stage import Stage, name_of
from bayplan.placement.plan import Bay
from bayplan.placement.pose import pose
from bayplan.placement.realise import nodes_needed
from bayplan.placement.solve import solve
from bayplan.spec.cluster import POOL_LABEL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.lab.api import Body
    from bayplan.placement.plan import Plan
    from bayplan.placement.problem import Level, Problem, Scheduler
    from bayplan.spec.cluster import Cluster

SIZES = {2: 20, 3: 28}
"""Workloads of each seed: few, since most of the time goes into one pod after the other."""
LEVELS: tuple[Level, ...] = ("min", "max")
SCHEDULERS: tuple[Scheduler, ...] = ("LeastAllocated", "MostAllocated")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A random platform, its plan, and what is rendered of both."""

    cluster: Cluster
    problem: Problem
    plan: Plan
    rendered: Rendered

    def nodes(self, level: Level, *, without: str = "") -> list[Body]:
        """The planned nodes, or those of all pools but one."""
        counts = {pool: count for pool, count in node_counts(self.plan, level).items() if pool != without}
        return make_nodes(self.cluster, counts)


@lru_cache
def case_of(seed: int, scheduler: Scheduler) -> Case:
    """Plan and render a platform as `bayplan synth` does."""
    platform = make_platform(seed, scheduler, SIZES[seed])
    (cluster,) = platform.clusters
    problem = pose(platform, cluster)
    plan = solve(problem)
    return Case(cluster=cluster, problem=problem, plan=plan, rendered=render(platform, plan))


def evenly(case: Case, seed: int, scheduler: Scheduler) -> Case:
    """The same with every pod held evenly on the nodes of its pool, and the nodes that this needs."""
    seats = tuple(replace(seat, even=True) for seat in case.plan.seats)
    nodes = nodes_needed(case.problem, seats)
    bays = tuple(
        Bay(pool=bay.pool, nodes_min=nodes[bay.pool, "min"], nodes_max=nodes[bay.pool, "max"]) for bay in case.plan.bays
    )
    plan = replace(case.plan, seats=seats, bays=bays)
    return replace(case, plan=plan, rendered=render(make_platform(seed, scheduler, SIZES[seed]), plan))


@pytest.fixture(scope="module", params=SCHEDULERS)
def scheduler(request: pytest.FixtureRequest) -> Scheduler:
    """What the cluster declares."""
    declared: Scheduler = request.param
    return declared


@pytest.fixture(scope="module")
def control_plane(scheduler: Scheduler) -> Iterator[Stage]:
    """One for each profile, started once."""
    try:
        for name in PROGRAMS:
            find_parts(ROOT).binary(name)
    except BadInput as bad:
        pytest.skip(str(bad))
    with open_stage(scheduler, f"e2e-placement-{scheduler.lower()}-{os.getpid()}") as there:
        yield there


@pytest.fixture
def stage(control_plane: Stage) -> Iterator[Stage]:
    """An empty one."""
    yield control_plane
    control_plane.clear()


@pytest.mark.parametrize("seed", SIZES)
@pytest.mark.parametrize("level", LEVELS)
def test_nobody_waits_and_everybody_sits_where_planned(
    stage: Stage, scheduler: Scheduler, level: Level, seed: int
) -> None:
    case = case_of(seed, scheduler)
    stage.furnish(nodes := case.nodes(level), case.rendered.surroundings)
    pods = shuffled(case.rendered.pods(case.plan, level), seed)
    stage.arrive(pods)
    judge(case, level, pods, nodes, stage.judged(len(pods)))
    if level == "max":
        new = shuffled(case.rendered.newcomers({one.workload: one.surge for one in case.problem.demands}), seed)
        stage.arrive(new)
        found = stage.judged(len(pods) + len(new))
        assert sorted(pod for pod, node in found.items() if not node) == [], "everything is rolled out at once"


def test_pods_that_are_held_evenly_sit_so_and_nobody_waits(stage: Stage, scheduler: Scheduler) -> None:
    case = evenly(case_of(min(SIZES), scheduler), min(SIZES), scheduler)
    stage.furnish(nodes := case.nodes("max"), case.rendered.surroundings)
    pods = shuffled(case.rendered.pods(case.plan, "max"), 1)
    pods += shuffled(case.rendered.newcomers({one.workload: one.surge for one in case.problem.demands}), 1)
    stage.arrive(pods)
    found = stage.judged(len(pods))
    assert sorted(pod for pod, node in found.items() if not node) == []
    for workload in {workload_of(pod) for pod in pods}:
        held = Counter(found[name_of(pod)] for pod in pods if workload_of(pod) == workload)
        homes = case.plan.pools_of(workload)
        here = [node["metadata"]["name"] for node in nodes if node["metadata"]["labels"][POOL_LABEL] in homes]
        assert max(held[node] for node in here) <= min(held[node] for node in here) + 1


def test_nobody_waits_when_deployments_bring_the_pods(stage: Stage, scheduler: Scheduler) -> None:
    case = case_of(min(SIZES), scheduler)
    stage.furnish(nodes := case.nodes("max"), case.rendered.surroundings)
    deployments = case.rendered.scaled(case.plan, "max")
    stage.arrive(deployments)
    found = stage.judged(sum(one["spec"]["replicas"] for one in deployments))
    assert sorted(pod for pod, node in found.items() if not node) == []
    assert {node["metadata"]["name"] for node in nodes} >= set(found.values())


def test_pods_wait_where_a_pool_is_missing(stage: Stage, scheduler: Scheduler) -> None:
    case = case_of(min(SIZES), scheduler)
    homes = {one.workload: case.plan.pools_of(one.workload) for one in case.problem.demands}
    pool = min(names[0] for names in homes.values() if len(names) == 1)
    stage.furnish(case.nodes("min", without=pool), case.rendered.surroundings)
    pods = case.rendered.pods(case.plan, "min")
    stage.arrive(pods)
    waiting = {pod for pod, node in stage.judged(len(pods)).items() if not node}
    assert waiting == {name_of(pod) for pod in pods if homes[workload_of(pod)] == (pool,)} != set()


def judge(case: Case, level: Level, pods: list[Body], nodes: list[Body], found: dict[str, str]) -> None:
    """Fail with what the scheduler did otherwise than planned."""
    pool_of = {node["metadata"]["name"]: node["metadata"]["labels"][POOL_LABEL] for node in nodes}
    assert sorted(pod for pod, node in found.items() if not node) == []
    for workload in sorted({workload_of(pod) for pod in pods}):
        homes = case.plan.pools_of(workload)
        seated = Counter(pool_of[found[name_of(pod)]] for pod in pods if workload_of(pod) == workload)
        assert seated.total() == planned(case.plan, workload, level)
        assert set(seated) <= set(homes), f"{workload} is planned for {homes}"
    wanted = {pool: count for pool, count in node_counts(case.plan, level).items() if count}
    assert Counter(pool_of.values()) == wanted
