"""What the plan says is what kube-scheduler does, at the minimum of the load: pools, and nodes that are enough."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.lab.status import look

if TYPE_CHECKING:
    from tests.e2e.scene import Scene


def test_every_pod_sits_on_a_pool_that_the_plan_names_for_it(scene: Scene) -> None:
    for workload in sorted({seat.workload for seat in scene.plan.seats}):
        app, _, name = workload.partition("/")
        wanted = {seat.pool: seat.pods_min for seat in scene.plan.seats if seat.workload == workload}
        pods = scene.await_pods(app, name, sum(wanted.values()))
        seated = [scene.pool_of(pod) for pod in pods]
        assert {pool: seated.count(pool) for pool in wanted} == wanted


def test_the_nodes_of_the_plan_are_enough_at_the_minimum(scene: Scene) -> None:
    status = look(scene.layout, scene.api)
    assert [pod for pod in status.pods if pod.state != "Running"] == []
    assert {pool.pool: pool.nodes for pool in status.pools} == {bay.pool: bay.nodes_min for bay in scene.plan.bays}


def test_a_pool_without_pods_has_only_the_nodes_that_are_always_paid_for(scene: Scene) -> None:
    limits = {pool.name: pool.nodes.min for pool in scene.cluster.pools}
    idle = [pool for pool in look(scene.layout, scene.api).pools if not pool.pods]
    assert {pool.pool: pool.nodes for pool in idle} == {pool.pool: limits[pool.pool] for pool in idle}
