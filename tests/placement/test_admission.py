"""Which jobs Kueue admits: the rules that it keeps, on queues of any kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from tests.placement.queue_worlds import COHORTS, GPU, cluster, job, jobs, queues

from bayplan.placement.admission.predict import simulation_of
from bayplan.spec.queueing.alone import why_never
from bayplan.spec.queueing.assign import Mode, assign, nobody
from bayplan.spec.queueing.offer import offers

if TYPE_CHECKING:
    from bayplan.placement.admission.simulation import Simulation
    from bayplan.spec.queueing.job import Job

DEPTH = settings(max_examples=20, deadline=None)


def world(said: dict[str, Any], cohorts: dict[str, Any] | None = None) -> Simulation:
    try:
        return simulation_of(offers(cluster(said, cohorts), ()))
    except ValidationError:
        assume(condition=False)
        raise


def settled(said: dict[str, Any], come: tuple[Job, ...], cohorts: dict[str, Any] | None = None) -> Simulation:
    simulation = world(said, cohorts)
    simulation.arrive(one for one in come if one.team in simulation.lines)
    simulation.settle()
    return simulation


def running(simulation: Simulation) -> set[str]:
    return {one.job.name for one in simulation.running}


@DEPTH
@given(queues(), COHORTS, jobs())
def test_nobody_has_more_than_the_quotas_give(
    said: dict[str, Any], cohorts: dict[str, Any], come: tuple[Job, ...]
) -> None:
    simulation = settled(said, come, cohorts)
    for line in simulation.lines.values():
        node = line.node
        for slot, used in node.usage.items():
            borrow = node.cell(slot).borrow
            assert borrow is None or used <= node.cell(slot).nominal + borrow
        for cohort in node.above():
            if cohort.parent is None:
                assert all(used <= cohort.subtree.get(slot, 0) for slot, used in cohort.usage.items())
    for line in simulation.lines.values():
        counted: dict[tuple[str, str], int] = {}
        for one in simulation.running:
            for slot, amount in one.usage.items() if one.queue is line.node else ():
                counted[slot] = counted.get(slot, 0) + amount
        assert counted == {slot: used for slot, used in line.node.usage.items() if used}


@DEPTH
@given(queues(), COHORTS, jobs())
def test_in_a_strict_queue_nobody_passes(said: dict[str, Any], cohorts: dict[str, Any], come: tuple[Job, ...]) -> None:
    simulation = settled(
        {team: {**one, "order": "strict", "stops": "nobody"} for team, one in said.items()}, come, cohorts
    )
    for team in simulation.lines:
        ranked = sorted((one for one in come if one.team == team), key=lambda one: -one.priority)
        admitted = [one.name in running(simulation) for one in ranked]
        assert admitted == sorted(admitted, reverse=True)


@DEPTH
@given(queues(stops=("nobody",)), COHORTS, jobs())
def test_nobody_waits_for_what_is_free(said: dict[str, Any], cohorts: dict[str, Any], come: tuple[Job, ...]) -> None:
    open_queues = {team: {**one, "order": "best-effort"} for team, one in said.items()}
    simulation = settled(open_queues, come, cohorts)
    for one in simulation.waiting():
        found = assign(simulation.lines[one.job.team].node, one.job.podsets, nobody)
        assert found.mode is not Mode.FREE


@DEPTH
@given(queues(), COHORTS, jobs())
def test_what_is_told_to_run_never_does_not_even_run_alone(
    said: dict[str, Any], cohorts: dict[str, Any], come: tuple[Job, ...]
) -> None:
    world(said, cohorts)
    here = cluster(said, cohorts)
    tree = offers(here, ()).tree()
    for one in come:
        if one.team in tree and not settled(said, (one,), cohorts).running:
            assert why_never(here, tree[one.team], one)


@DEPTH
@given(queues(), COHORTS, jobs())
def test_all_who_can_run_have_their_turn(said: dict[str, Any], cohorts: dict[str, Any], come: tuple[Job, ...]) -> None:
    said = {team: {**one, "order": "best-effort"} for team, one in said.items()}
    simulation = settled(said, come, cohorts)
    ran = running(simulation)
    while simulation.running:
        simulation.finish(list(running(simulation)))
        simulation.settle()
        ran |= running(simulation)
    alone = {one.name for one in come if one.team in simulation.lines and settled(said, (one,), cohorts).running}
    assert ran == alone


@DEPTH
@given(st.integers(0, 8), st.integers(0, 8), jobs())
def test_more_quota_lets_more_of_a_strict_queue_in(less: int, more: int, come: tuple[Job, ...]) -> None:
    assume(0 < less <= more)
    own = tuple(one for one in come if one.podsets[0].flavors == ("l4",))
    few, many = (
        settled({team: {"guaranteed": {"l4": 1}} for team in ("ads", "nlp")} | {"vision": vision}, own)
        for vision in ({"guaranteed": {"l4": size}, "order": "strict"} for size in (less, more))
    )
    assert running(few) <= running(many)


def test_quota_is_lent_and_taken_back() -> None:
    """A team that comes back for what it is guaranteed stops the newest of those who borrow it, as few as it needs."""
    said = {"nlp": {"guaranteed": {"l4": 4}}, "vision": {"guaranteed": {"l4": 2}, "borrow": "any"}}
    simulation = settled(said, tuple(job(f"app/v{number}", "vision", gpus=2) for number in range(4)))
    assert running(simulation) == {"app/v0", "app/v1", "app/v2"}
    simulation.arrive([job("app/n", "nlp", gpus=2)])
    simulation.settle()
    assert running(simulation) == {"app/v0", "app/v1", "app/n"}
    assert simulation.stopped == {"app/n": ("app/v2",)}


@pytest.mark.parametrize(("stops", "wins"), [("borrowers", "app/old"), ("lower", "app/new")])
def test_own_jobs_are_stopped_only_where_it_is_said(stops: str, wins: str) -> None:
    simulation = settled({"nlp": {"guaranteed": {"l4": 2}, "stops": stops}}, (job("app/old", "nlp", gpus=2),))
    simulation.arrive([job("app/new", "nlp", gpus=2, priority=1000)])
    simulation.settle()
    assert running(simulation) == {wins}


def test_own_quota_in_any_kind_of_node_goes_before_borrowing() -> None:
    said = {"nlp": {"guaranteed": {"l4": 4}}, "vision": {"guaranteed": {"l4-big": 4}, "borrow": "any"}}
    simulation = settled(said, (job("app/v", "vision", gpus=2, flavors="l4 l4-big"),))
    assert simulation.flavors == {"app/v": ("l4-big",)}
    assert simulation.running[0].usage["l4-big", GPU] == 2
