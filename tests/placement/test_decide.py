"""Keep while it is true, decide anew when it is not, never solve when locked."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.placement.small import demand, pool, problem

from bayplan.complaint import BadInput
from bayplan.placement import lock
from bayplan.placement.decide import decide
from bayplan.placement.verdict import restated
from bayplan.placement.verify import verify

if TYPE_CHECKING:
    from pathlib import Path

    from bayplan.placement.plan import Plan
    from bayplan.placement.problem import Problem

FRONT = demand("shop/front", cpu=500, pods=(2, 4), surge=1)
BACK = demand("shop/back", cpu=1000, pods=(1, 2))
GENERAL = pool("general", cpu=4000, nodes=(1, 3), price=2000)
SHOP = problem(FRONT, BACK, GENERAL)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A lock that was committed for `SHOP`."""
    path = tmp_path / "plan.lock"
    path.write_text(decide(SHOP, path).text)
    return path


def changed(front: object = FRONT, *more: object, pools: tuple[object, ...] = (GENERAL,)) -> Problem:
    return problem(front, BACK, *more, *pools)  # type: ignore[arg-type]


def test_the_first_plan_is_solved(tmp_path: Path) -> None:
    decision = decide(SHOP, tmp_path / "plan.lock")
    assert not decision.kept
    assert verify(SHOP, decision.plan) == []


def test_the_same_question_keeps_the_lock_byte_for_byte(path: Path) -> None:
    decision = decide(SHOP, path)
    assert decision.kept
    assert decision.text == path.read_text()


def test_a_plan_that_still_fits_is_kept_where_no_other_saves_anything(path: Path) -> None:
    smaller = changed(replace(FRONT, memory_mib=500, line=99))
    for locked in (False, True):
        decision = decide(smaller, path, locked=locked)
        assert decision.kept
        assert decision.text == path.read_text()
        assert decision.change is None


def test_a_plan_that_still_fits_is_given_up_only_for_one_that_saves_more_than_epsilon(path: Path) -> None:
    """Its second node at the maximum load, a third of the price of both ends, is not needed any more."""
    smaller = changed(replace(FRONT, cpu_millicores=400))
    assert decide(smaller, path, locked=True).kept
    assert decide(smaller, path, epsilon_permyriad=3400).kept
    for epsilon in (None, 0, 3300):
        decision = decide(smaller, path, epsilon_permyriad=epsilon)
        assert not decision.kept
        assert decision.change is not None
        assert decision.change.extra_max_e4_usd_per_hour == -2000


def test_a_plan_whose_question_is_the_same_is_kept_without_a_solver_unless_epsilon_or_effort_is_named(
    path: Path,
) -> None:
    assert decide(SHOP, path, epsilon_permyriad=0).kept
    assert decide(SHOP, path, seconds=1).kept
    path.write_text(lock.text(SHOP, with_a_node_too_many(path)))
    assert decide(SHOP, path).kept
    assert not decide(SHOP, path, epsilon_permyriad=0).kept


def with_a_node_too_many(path: Path) -> Plan:
    committed = lock.read(path)
    assert committed is not None
    (bay,) = committed.bays
    wasteful = replace(
        committed,
        bays=(replace(bay, nodes_max=bay.nodes_max + 1),),
        cost_max_e4_usd_per_hour=committed.cost_max_e4_usd_per_hour + 2000,
    )
    from bayplan.placement.gather import gather  # noqa: PLC0415 - a test below asks who has started a solver

    return gather(SHOP, wasteful)


@pytest.mark.parametrize("seconds", [0.001, 0.1])
def test_however_little_effort_there_is_a_plan(tmp_path: Path, seconds: float) -> None:
    many = problem(
        *(demand(f"a/{number}", cpu=100 + 37 * number, pods=(1, 3)) for number in range(30)),
        pool("small", cpu=4000, nodes=(0, 90)),
        pool("large", cpu=9000, nodes=(0, 90), price=3900),
    )
    decision = decide(many, tmp_path / "plan.lock", seconds=seconds)
    assert verify(many, decision.plan) == []
    assert 0 <= decision.plan.bound_min_e4_usd_per_hour <= decision.plan.cost_min_e4_usd_per_hour


def test_a_kept_plan_claims_no_bound_that_was_proven_for_another_question(path: Path) -> None:
    committed = lock.read(path)
    nearly_nothing = problem(
        *(replace(one, cpu_millicores=1, memory_mib=1) for one in SHOP.demands), replace(GENERAL, nodes_min=0)
    )
    kept = decide(nearly_nothing, path, locked=True)
    assert committed is not None
    assert kept.kept
    assert kept.plan.bound_min_e4_usd_per_hour < committed.bound_min_e4_usd_per_hour
    assert verify(nearly_nothing, kept.plan) == []


def test_the_recorded_proof_proves_what_it_can_of_another_question_without_a_solver(tmp_path: Path) -> None:
    """One replica fewer: the prices of the old question hold, and say more than sums do."""
    path = tmp_path / "plan.lock"
    eight = problem(demand("a/a", cpu=2500, pods=(8, 8)), pool(cpu=4000, nodes=(0, 20)))
    path.write_text(decide(eight, path).text)
    seven = problem(replace(eight.demands[0], pods_min=7), *eight.pools)
    breaches = verify(seven, restated_of(seven, path))
    assert [breach.rule for breach in breaches] == ["everybody_sits"]
    assert restated_of(seven, path).bound_min_e4_usd_per_hour == 7 * 2000


def restated_of(question: Problem, path: Path) -> Plan:
    committed = lock.load(path)
    assert committed is not None
    return restated(question, committed.plan)


def test_a_lock_that_was_solved_for_something_else_is_not_locked_in_when_a_price_changes(path: Path) -> None:
    dearer = changed(pools=(replace(GENERAL, e4_usd_per_hour=2500),))
    decision = decide(dearer, path)
    assert not decision.kept
    assert decision.plan.cost_min_e4_usd_per_hour % 2500 == 0


@pytest.mark.parametrize(
    ("now", "says"),
    [
        (changed(replace(FRONT, cpu_millicores=3500)), "shop/front asks for 3500m CPU instead of 500m CPU"),
        (changed(replace(FRONT, memory_mib=12288)), "shop/front asks for 12Gi memory instead of 512Mi"),
        (changed(replace(FRONT, pods_max=9)), "shop/front has replicas at the maximum load 9 instead of 4"),
        (changed(FRONT, demand("shop/new")), "shop/new is new"),
        (problem(FRONT, GENERAL), "shop/back is gone"),
        (changed(pools=(replace(GENERAL, name="other"),)), "pool general is gone; pool other is new"),
        (changed(pools=(replace(GENERAL, nodes_min=3),)), "pool general has nodes.min 3 instead of 1"),
        (changed(pools=(replace(GENERAL, taints=("a=b:NoSchedule",)),)), "taints a=b:NoSchedule instead of none"),
    ],
)
def test_a_stale_lock_names_what_changed(now: Problem, says: str, path: Path) -> None:
    with pytest.raises(BadInput) as bad:
        decide(now, path, locked=True)
    (complaint,) = bad.value.complaints
    assert complaint.file == "clusters/lab/plan.lock"
    assert says in complaint.what
    assert "bayplan synth" in complaint.fix


def test_what_does_not_fit_any_more_moves_as_little_as_it_can(tmp_path: Path) -> None:
    """Two pools of one price: who was in the second stays there when a third workload comes."""
    pools = (pool("one", price=2000), pool("two", price=2000))
    first = problem(demand("a/a", cpu=3000), demand("b/b", cpu=3000), *pools)
    path = tmp_path / "plan.lock"
    before = decide(first, path)
    path.write_text(before.text)
    swapped = {"one": "two", "two": "one"}
    homes = {seat.workload: seat.pool for seat in before.plan.seats}
    mirrored = replace(
        before.plan,
        seats=tuple(replace(seat, pool=swapped[seat.pool]) for seat in before.plan.seats),
        bays=tuple(sorted(replace(bay, pool=swapped[bay.pool]) for bay in before.plan.bays)),
    )
    path.write_text(lock.text(first, mirrored))
    after = decide(problem(*first.demands, demand("c/c", cpu=3000), *pools), path)
    assert not after.kept
    assert {seat.workload: seat.pool for seat in after.plan.seats if seat.workload != "c/c"} == {
        workload: swapped[home] for workload, home in homes.items()
    }


def test_without_a_lock_nothing_can_be_locked(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cluster lab has no committed plan"):
        decide(SHOP, tmp_path / "plan.lock", locked=True)


def test_a_corrupt_lock_is_replaced_only_on_request(path: Path) -> None:
    path.write_text(path.read_text().replace("nodes: {min: 1", "nodes: {min: 2"))
    for locked in (False, True):
        with pytest.raises(BadInput, match="by hand"):
            decide(SHOP, path, locked=locked)
    assert not decide(SHOP, path, update=True).kept


def test_the_lock_of_another_cluster_is_refused(path: Path) -> None:
    other = replace(SHOP, cluster="other", file="clusters/other/cluster.yaml")
    with pytest.raises(BadInput, match="the plan is for cluster lab, not other"):
        decide(other, path)
    assert decide(other, path, update=True).plan.cluster == "other"


def test_an_update_looks_for_something_cheaper(path: Path) -> None:
    with_a_bargain = problem(FRONT, BACK, GENERAL)
    small = pool("small", cpu=8000, nodes=(0, 3), price=1)
    cheaper = changed(pools=(replace(GENERAL, nodes_min=0), small))
    assert decide(with_a_bargain, path, update=True).kept
    assert decide(cheaper, path, update=True).plan.cost_min_e4_usd_per_hour == 1


def test_when_locked_no_solver_is_started(path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from tests.placement.test_decide import SHOP, decide;"
        "decide(SHOP, Path(sys.argv[1]), locked=True); print(sorted(m for m in sys.modules if 'ortools' in m))"
    )
    told = subprocess.run(
        [sys.executable, "-c", script, str(path)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout == "[]\n"
