"""What queues mean for the jobs of apps: when they run, on which nodes, why they wait, and what is planned for them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.placement.queue_worlds import cluster

from bayplan import Accelerator, App, BatchJob, Service
from bayplan.placement.admission.predict import Admissions, predict
from bayplan.placement.plan import Plan, Seat
from bayplan.placement.pose import pose
from bayplan.spec.platform import Platform

IMAGE = "registry.example.com/eye/train:v1"
L4 = Accelerator(model="l4")
QUEUES: dict[str, Any] = {"vision": {"guaranteed": {"l4": 4}}, "nlp": {"guaranteed": {"l4": 2, "l4-big": 4}}}


def job(name: str, parts: int = 1, **said: Any) -> BatchJob:
    return BatchJob(name=name, image=IMAGE, parts=parts, **({"accelerator": L4} | said))


def platform(*workloads: BatchJob | Service, **queues: Any) -> Platform:
    here = cluster(queues or QUEUES)
    return Platform(root=Path(), apps=(App(name="eye", team="vision", workloads=list(workloads)),), clusters=(here,))


def told(*workloads: BatchJob | Service, **queues: Any) -> Admissions:
    here = platform(*workloads, **queues)
    return predict(here, here.clusters[0])


def test_higher_priorities_go_first_then_names() -> None:
    said = told(job("a", 3), job("b", 3), job("c", 2, priority="critical"))
    assert said.order == ("eye/c",)
    assert [(one.job, one.turn) for one in said.verdicts] == [("eye/a", 2), ("eye/b", 3), ("eye/c", 1)]


def test_who_fits_passes_unless_the_queue_is_strict() -> None:
    jobs = job("a", 3), job("b", 3), job("c", 1)
    assert told(*jobs).order == ("eye/a", "eye/c")
    strict = told(*jobs, vision={"guaranteed": {"l4": 4}, "order": "strict"})
    assert strict.order == ("eye/a",)
    last = strict.of("eye/c")
    assert last is not None
    assert last.why == "stands behind eye/b, which holds its queue up"


def test_a_job_that_waits_is_told_what_is_left() -> None:
    second = told(job("a", 3), job("b", 3)).of("eye/b")
    assert second is not None
    assert second.why == "needs 3 nvidia.com/gpu of l4, of which 1 nvidia.com/gpu is left"
    assert second.flavors == (("", "l4"),)


def test_a_job_that_never_runs_is_told_the_limits() -> None:
    said = told(job("a", 7), vision={"guaranteed": {"l4": 4}, "borrow": {"l4": 2}}, nlp={"guaranteed": {"l4": 4}})
    (never,) = said.verdicts
    assert never.turn == 0
    assert never.why == (
        "7 pods ask for 7 nvidia.com/gpu of l4, its queue can have 6 nvidia.com/gpu at the most "
        "(4 nvidia.com/gpu guaranteed, the rest borrowed), all nodes of l4 hold 16 nvidia.com/gpu"
    )


def test_a_plan_decides_on_which_nodes() -> None:
    here = platform(job("a"), vision={"guaranteed": {"l4": 1, "l4-big": 1}})
    seats = (Seat(workload="eye/a", pool="l4-big", pods_min=0, pods_max=1),)
    free = predict(here, here.clusters[0])
    planned = predict(here, here.clusters[0], plan(seats))
    assert [one.verdicts[0].flavors for one in (free, planned)] == [(("", "l4"),), (("", "l4-big"),)]


def plan(seats: tuple[Seat, ...]) -> Plan:
    return Plan(
        cluster="lab",
        seats=seats,
        bays=(),
        cost_min_e4_usd_per_hour=0,
        cost_max_e4_usd_per_hour=0,
        bound_min_e4_usd_per_hour=0,
    )


def test_only_jobs_of_teams_with_a_queue_wait() -> None:
    assert told(Service(name="web", image=IMAGE), job("a")).of("eye/web") is None
    assert told(job("a"), nlp={"guaranteed": {"l4": 2}}).verdicts == ()


@pytest.mark.parametrize(("parts", "pods"), [(2, {"eye/a": 2, "eye/b": 2}), (3, {"eye/a": 3, "eye/b": 0})])
def test_the_plan_has_room_for_those_that_run_at_once(parts: int, pods: dict[str, int]) -> None:
    here = platform(job("a", parts), job("b", parts))
    demands = pose(here, here.clusters[0]).demands
    assert {demand.workload: demand.pods_max for demand in demands} == pods
    assert {demand.workload: demand.pods_later for demand in demands if demand.pods_later} == {
        workload: parts for workload, now in pods.items() if not now
    }
    assert {demand.queued for demand in demands} == {("l4",)}


def test_without_a_queue_all_run_at_once_anywhere() -> None:
    here = platform(job("a", 3), job("b", 3), nlp={"guaranteed": {"l4": 2}})
    assert {(one.pods_max, one.queued) for one in pose(here, here.clusters[0]).demands} == {(3, ())}
