"""Gangs on nodes whose zones Kueue knows: they wait for a zone that holds them all, though their quota is free."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.placement.queue_worlds import job, steady

from bayplan.placement.admission.predict import simulation_of
from bayplan.placement.admission.reason import why_waiting
from bayplan.spec.queueing.offer import offers

if TYPE_CHECKING:
    from bayplan.placement.admission.simulation import Simulation
    from bayplan.spec.queueing.job import Job


def gang(name: str, pods: int, *, loose: bool = False) -> Job:
    whole = job(name, "nlp", pods=pods)
    return replace(whole, podsets=(replace(whole.podsets[0], together=True, is_loose=loose),))


@pytest.fixture
def queue() -> Simulation:
    """All five nodes of l4: three in zone a, two in zone b."""
    return simulation_of(offers(steady({"nlp": {"guaranteed": {"l4": 5}}}), ()))


def admitted(simulation: Simulation, *jobs: Job) -> list[str]:
    simulation.arrive(jobs)
    return simulation.settle()


def test_a_gang_gets_the_zone_that_is_left_with_least(queue: Simulation) -> None:
    assert admitted(queue, gang("app/two", 2), gang("app/three", 3)) == ["app/two", "app/three"]


def test_it_waits_for_a_zone_and_is_told_so(queue: Simulation) -> None:
    assert admitted(queue, job("app/one", "nlp"), job("app/other", "nlp"), gang("app/three", 3)) == [
        "app/one",
        "app/other",
    ]
    (waiting,) = queue.waiting()
    assert why_waiting(queue, waiting) == (
        "needs room for its pods on nodes of l4 that are near each other, of which too little is left"
    )
    queue.finish(["app/one", "app/other"])
    assert queue.settle() == ["app/three"]


def test_one_that_only_would_like_to_be_near_runs_apart(queue: Simulation) -> None:
    jobs = job("app/one", "nlp"), gang("app/three", 3, loose=True)
    assert admitted(queue, *jobs) == ["app/one", "app/three"]


def test_a_gang_that_no_zone_holds_never_runs(queue: Simulation) -> None:
    assert admitted(queue, gang("app/four", 4)) == []
