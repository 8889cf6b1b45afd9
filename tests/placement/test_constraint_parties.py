"""Gangs of several demands: the roles of one job stand in one zone, all of them or none."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.placement.alone import plan, possible, told
from tests.placement.small import demand, pool, problem

from bayplan.complaint import BadInput
from bayplan.placement.constraints import gangs
from bayplan.placement.solve import solve
from bayplan.placement.verify import gangs as twin
from bayplan.placement.verify import verify

JOB: dict[str, Any] = {"gang": "zone", "party": "a/job", "of": "a/job"}
CHIEF = demand("a/job@chief", pods=(0, 1), **JOB)
WORKERS = demand("a/job@worker", pods=(0, 2), **JOB)
NODES = {"general": (0, 3)}


@pytest.mark.parametrize(("zone", "well"), [("z-a", True), ("z-b", False)])
def test_roles_of_one_job_stand_in_one_zone(zone: str, well: bool) -> None:
    question = problem(CHIEF, WORKERS, pool())
    zones = {"a/job@chief": "z-a", "a/job@worker": zone}
    assert possible(gangs, question, NODES, zones=zones) is well
    assert (told(twin, question, plan(question, NODES, zones=zones)) == []) is well


def test_gangs_of_a_workload_that_are_no_party_may_part() -> None:
    loose = [replace(one, party="") for one in (CHIEF, WORKERS)]
    question = problem(*loose, pool())
    zones = {"a/job@chief": "z-a", "a/job@worker": "z-b"}
    assert possible(gangs, question, NODES, zones=zones)
    assert told(twin, question, plan(question, NODES, zones=zones)) == []


def test_roles_in_different_pools_share_a_zone_that_both_have() -> None:
    question = problem(CHIEF, WORKERS, pool("general", zones=("z-a", "z-b")), pool("other", zones=("z-b", "z-c")))
    nodes = {"general": (0, 2), "other": (0, 2)}
    homes = {"a/job@chief": ("general",), "a/job@worker": ("other",)}
    for chief, workers, well in (("z-b", "z-b", True), ("z-a", "z-b", False), ("z-b", "z-c", False)):
        zones = {"a/job@chief": chief, "a/job@worker": workers}
        assert possible(gangs, question, nodes, homes, zones=zones) is well


def test_a_job_runs_with_all_its_roles_or_not_at_all() -> None:
    question = problem(replace(CHIEF, may_wait=True), replace(WORKERS, may_wait=True), pool())
    nobody, alone = {"a/job@chief": (), "a/job@worker": ()}, {"a/job@worker": ()}
    assert possible(gangs, question, {"general": (0, 0)}, nobody)
    assert not possible(gangs, question, NODES, alone)
    lame = plan(question, NODES, {"a/job@worker": ""}, zones={"a/job@chief": "z-a"})
    assert told(twin, question, lame) == ["a/job runs all or none, a/job@worker has no seat"]


def test_roles_on_a_fast_network_share_it() -> None:
    fast = [replace(one, gang="network") for one in (CHIEF, WORKERS)]
    question = problem(*fast, pool("a", network=True), pool("b", network=True))
    homes = {"a/job@chief": "a", "a/job@worker": "b"}
    nodes, zones = {"a": (0, 2), "b": (0, 2)}, {"a/job@chief": "z-a", "a/job@worker": "z-a"}
    assert not possible(gangs, question, nodes, {name: (home,) for name, home in homes.items()}, zones=zones)
    told_of = told(twin, question, plan(question, nodes, homes, zones=zones))
    assert told_of == ["a/job must stand on one network, its parts are in a and b"]


def test_roles_that_are_alike_are_one_question() -> None:
    """Chief and evaluator need the same: they are decided together, and stand where the workers do."""
    both = [replace(CHIEF, workload=f"a/job@{name}") for name in ("chief", "evaluator")]
    question = problem(*both, replace(WORKERS, cpu_millicores=3500), pool(nodes=(0, 9)))
    found = solve(question)
    assert verify(question, found) == []
    assert (len(found.seats), len({seat.zone for seat in found.seats})) == (3, 1)


def test_two_jobs_may_stand_apart() -> None:
    others = [
        replace(one, workload=one.workload.replace("job", "two"), party="a/two", of="a/two") for one in (CHIEF, WORKERS)
    ]
    question = problem(CHIEF, WORKERS, *others, pool())
    zones = {"a/job@chief": "z-a", "a/job@worker": "z-a", "a/two@chief": "z-b", "a/two@worker": "z-b"}
    assert possible(gangs, question, NODES, zones=zones)


def test_a_role_that_fits_nowhere_is_told_by_itself() -> None:
    question = problem(replace(CHIEF, cpu_millicores=8000), WORKERS, pool(cpu=4000))
    with pytest.raises(BadInput) as bad:
        solve(question)
    (complaint,) = bad.value.complaints
    assert "a/job@chief" in complaint.what
    assert "a/job@worker" not in complaint.what
