"""Shares by weight: who borrows first, and who gives back, where the cluster says `fair_sharing`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.placement.queue_worlds import GPU, cluster, job

from bayplan.placement.admission.predict import simulation_of
from bayplan.spec.queueing.offer import offers

if TYPE_CHECKING:
    from bayplan.placement.admission.simulation import Simulation

QUEUES: dict[str, Any] = {
    "ads": {"borrow": "any", "stops": "borrowers"},
    "nlp": {"borrow": "any", "stops": "borrowers"},
    "vision": {"guaranteed": {"l4": 6}},
}


def queues(weight: int = 1, *, is_fair: bool = True) -> Simulation:
    """Two teams that have nothing of their own; the third leaves them all it has."""
    said = {**QUEUES, "nlp": QUEUES["nlp"] | {"weight": weight}}
    return simulation_of(offers(cluster(said), ()), is_fair=is_fair)


def had(simulation: Simulation) -> dict[str, int]:
    found = dict.fromkeys(("ads", "nlp"), 0)
    for one in simulation.running:
        found[one.job.team] += sum(amount for (_, name), amount in one.usage.items() if name == GPU)
    return found


@pytest.mark.parametrize(("weight", "gets"), [(1, {"ads": 3, "nlp": 3}), (2, {"ads": 2, "nlp": 4})])
def test_what_is_borrowed_is_divided_by_weight(weight: int, gets: dict[str, int]) -> None:
    simulation = queues(weight)
    simulation.arrive(job(f"app/{team}{number}", team) for team in ("ads", "nlp") for number in range(6))
    simulation.settle()
    assert had(simulation) == gets


@pytest.mark.parametrize(("is_fair", "gets"), [(True, {"ads": 3, "nlp": 3}), (False, {"ads": 6, "nlp": 0})])
def test_who_has_borrowed_all_gives_back_where_sharing_is_fair(gets: dict[str, int], *, is_fair: bool) -> None:
    simulation = queues(is_fair=is_fair)
    simulation.arrive(job(f"app/a{number}", "ads") for number in range(6))
    simulation.settle()
    simulation.arrive(job(f"app/n{number}", "nlp") for number in range(6))
    simulation.settle()
    assert had(simulation) == gets
