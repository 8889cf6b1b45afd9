"""What the plan says is what kube-scheduler does: each pod on a pool of the plan, within the plan's nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.e2e.scene import Scene


@pytest.fixture(params=["lab", "prod"])
def scene(request: pytest.FixtureRequest) -> Scene:
    found: Scene = request.getfixturevalue(request.param)
    return found


def test_every_pod_sits_on_a_pool_that_the_plan_names_for_it(scene: Scene) -> None:
    for seat in scene.plan.seats:
        app, _, workload = seat.workload.partition("/")
        pods = scene.await_pods(app, workload, sum(s.pods_min for s in scene.plan.seats if s.workload == seat.workload))
        assert {scene.pool_of(pod) for pod in pods} <= set(scene.plan.pools_of(seat.workload))
