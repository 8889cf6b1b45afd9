"""The real autoscaler at the maximum of the load: the plan's nodes are enough, and Flux leaves its work alone."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bayplan.lab.reconcile import reconcile_again
from bayplan.lab.status import look
from bayplan.lab.wait import NotYet

if TYPE_CHECKING:
    from tests.e2e.scene import Scene

    from bayplan.lab.api import Body

BUSY_MILLICORES = 1_000_000
"""More than any workload can carry: every autoscaler goes to its maximum."""


def maxima(scene: Scene) -> dict[str, int]:
    """Pods of every workload at the maximum, by `app/workload`."""
    workloads = {seat.workload for seat in scene.plan.seats}
    return {name: sum(s.pods_max for s in scene.plan.seats if s.workload == name) for name in sorted(workloads)}


def replicas(scene: Scene) -> dict[str, int]:
    """What the API server holds for every Deployment."""
    found: list[Body] = scene.api.list("apps/v1", "Deployment")
    return {f"{one['metadata']['namespace']}/{one['metadata']['name']}": one["spec"]["replicas"] for one in found}


def fill(scene: Scene) -> None:
    """Load everything, give the pools their nodes of the maximum, and wait until the autoscalers have done it."""
    (scene.layout.path / "load.json").write_text(json.dumps(dict.fromkeys(maxima(scene), BUSY_MILLICORES)))
    scene.grow("max")

    def full() -> None:
        if replicas(scene) != maxima(scene):
            raise NotYet(f"{replicas(scene)} instead of {maxima(scene)}")

    scene.wait("every autoscaler at its maximum", full, within_s=100)
    for workload, count in maxima(scene).items():
        scene.await_workload(workload, count)


def test_at_the_maximum_every_pod_has_a_seat_where_the_plan_says_and_flux_does_not_undo_it(own: Scene) -> None:
    fill(own)
    for workload, count in maxima(own).items():
        seated = {own.pool_of(pod) for pod in own.await_workload(workload, count)}
        assert seated <= set(own.plan.pools_of(workload)), workload
    nodes = {pool.pool: pool.nodes for pool in look(own.layout, own.api).pools}
    assert nodes == {bay.pool: bay.nodes_max for bay in own.plan.bays}

    before = replicas(own)
    reconcile_again(own.api)
    assert replicas(own) == before == maxima(own)


def test_at_the_maximum_every_workload_can_still_roll_at_once(own: Scene) -> None:
    """One commit may change all images: each needs the room of its surge, and no node can be added any more."""
    fill(own)
    files = sorted(path.relative_to(own.tree).as_posix() for path in own.tree.glob("apps/*/Deployment.*.yaml"))

    def renew(body: Body) -> None:
        body["spec"]["template"]["metadata"]["annotations"]["lab.bayplan.dev/renewed"] = "1"

    with own.commit("Roll everything", *(own.edit(file, renew) for file in files)):
        own.settle(within_s=110)
        for workload, count in maxima(own).items():
            pods = own.await_workload(workload, count)
            assert all("lab.bayplan.dev/renewed" in pod["metadata"]["annotations"] for pod in pods), workload
