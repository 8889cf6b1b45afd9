"""The simulation against recordings of Kueue's own scheduler 0.19.2: the same jobs run on the same kinds of nodes,
let in in the same order, and the same were stopped for them.

Recorded by tests/placement/ask_kueue.py, on queues as bayplan renders them; jobs come in two batches.
"""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from tests.placement.ask_kueue import here, job_of

from bayplan.placement.admission.predict import simulation_of
from bayplan.spec.queueing.offer import offers

RECORDED: list[dict[str, Any]] = json.loads((Path(__file__).parent / "kueue_scheduler.json").read_text())


@pytest.mark.parametrize("told", RECORDED, ids=range(len(RECORDED)))
def test_the_same_jobs_run_where_kueue_lets_them(told: dict[str, Any]) -> None:
    simulation = simulation_of(offers(here(told), ()), is_fair=told["fair"])
    jobs = [job_of(said) for said in told["jobs"]]
    simulation.arrive(jobs[: told["first"]])
    order = simulation.settle()
    simulation.arrive(jobs[told["first"] :])
    order += simulation.settle()
    runs = {
        one.job.name: dict(
            zip((podset.name for podset in one.job.podsets), simulation.flavors[one.job.name], strict=True)
        )
        for one in simulation.running
    }
    assert runs == told["admitted"]
    cycles = {name: number for number, cycle in enumerate(told["order"]) for name in cycle}
    last = [name for number, name in enumerate(order) if name in runs and name not in order[number + 1 :]]
    assert [cycles[name] for name in last] == sorted(cycles[name] for name in last)
    assert sorted({name for stopped in simulation.stopped.values() for name in stopped}) == told["stopped"]


def test_the_recording_holds_what_is_hard() -> None:
    """Jobs that were stopped, jobs that wait, and groups on several kinds of nodes; and shares that count."""
    assert {(one["fair"], one["steady"]) for one in RECORDED} == set(product((False, True), repeat=2))
    assert sum(bool(one["stopped"]) for one in RECORDED) >= 10
    assert sum(len(one["admitted"]) < len(one["jobs"]) for one in RECORDED) >= 40
    assert any(len(set(given.values())) > 1 for one in RECORDED for given in one["admitted"].values())
