"""Pods with the sidecar that Istio's real injector gives them: let in, and seated as the plan has counted.

The injector's template and values are the chart's, with istio-cni; as a native sidecar, which is what istiod chooses
on nodes of Kubernetes 1.33 and newer (a lab's nodes do not say their version), and as a container like any other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.e2e.mesh import Mesh, open_mesh, rendered
from tests.e2e.mesh_injector import install_webhook, write_injector
from tests.e2e.scene import YARD

from bayplan.lab.api import Refused
from bayplan.lab.furnish import add_nodes
from bayplan.lab.session import node_counts, read_plan
from bayplan.lab.status import state
from bayplan.lab.wait import NotYet, wait_for
from bayplan.spec.cluster import POOL_LABEL
from bayplan.spec.load import load_clusters
from bayplan.spec.sidecar import SIDECAR_CPU_MILLICORES, SIDECAR_MEMORY_MIB

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bayplan.lab.api import Body
    from bayplan.placement.problem import Level

CLUSTER = {one.name: one for one in load_clusters(YARD)}["lab"]
PLAN = read_plan(YARD, CLUSTER)
SIDECAR = {"cpu": f"{SIDECAR_CPU_MILLICORES}m", "memory": f"{SIDECAR_MEMORY_MIB}Mi"}


@pytest.fixture(scope="module")
def injector(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the injector's files."""
    folder = tmp_path_factory.mktemp("inject")
    write_injector(folder, cni=True)
    return folder


@pytest.fixture(scope="module", params=["true", "false"], ids=["native", "container"])
def mesh(request: pytest.FixtureRequest, injector: Path) -> Iterator[Mesh]:
    """All apps on the plan's nodes, their pods injected."""
    write_injector(injector, cni=True)
    with open_mesh("injection", injector=injector, environment={"ENABLE_NATIVE_SIDECARS": request.param}) as found:
        add_nodes(found.lab, CLUSTER, node_counts(PLAN, "min"))
        install_webhook(found)
        for body in rendered("platform", "apps/*"):
            found.api.apply(body)
        yield found


def pods(mesh: Mesh, level: Level) -> list[Body]:
    """All pods of all apps at a load level, once all run."""
    wanted = sum(seat.pods_min if level == "min" else seat.pods_max for seat in PLAN.seats)

    def running() -> list[Body]:
        found = [one for one in mesh.api.list("v1", "Pod") if "deletionTimestamp" not in one["metadata"]]
        states = [state(pod) for pod in found]
        if states != ["Running"] * wanted:
            raise NotYet(f"{len(found)} pods of {wanted}: {sorted(states)}; {refusals(mesh)}")
        return found

    return wait_for("the plan's pods", running, within_s=25)


def refusals(mesh: Mesh) -> list[str]:
    """What ReplicaSets were told when they could not make a pod, and pods when no node would take them."""
    failed = ("FailedCreate", "FailedScheduling")
    return sorted({one["message"] for one in mesh.api.list("v1", "Event") if one.get("reason") in failed})


def proxy(pod: Body) -> Body:
    """The injected container."""
    both = (*pod["spec"]["containers"], *pod["spec"].get("initContainers", ()))
    (found,) = [one for one in both if one["name"] == "istio-proxy"]
    return dict(found)


def pool(mesh: Mesh, pod: Body) -> str:
    node = mesh.api.get("v1", "Node", pod["spec"]["nodeName"])
    assert node
    return str(node["metadata"]["labels"][POOL_LABEL])


def test_no_pod_is_refused_by_the_security_level_of_its_namespace(mesh: Mesh) -> None:
    assert all(proxy(pod) for pod in pods(mesh, "min"))
    assert not [one for one in refusals(mesh) if "violates PodSecurity" in one]


def test_the_sidecar_asks_for_what_the_plan_has_counted(mesh: Mesh) -> None:
    assert [proxy(pod)["resources"]["requests"] for pod in pods(mesh, "min")] == [SIDECAR] * len(pods(mesh, "min"))


def test_nothing_that_was_injected_asks_for_more_than_the_plan_has_counted(mesh: Mesh) -> None:
    for pod in pods(mesh, "min"):
        begins = [one for one in pod["spec"]["initContainers"] if one["name"] != "istio-proxy"]
        assert [(one["name"], one["resources"]["requests"]) for one in begins] == [("istio-validation", SIDECAR)]


@pytest.mark.parametrize("level", ["min", "max"])
def test_pods_with_sidecars_fit_the_plans_nodes(mesh: Mesh, level: Level) -> None:
    add_nodes(mesh.lab, CLUSTER, node_counts(PLAN, level))
    for workload in {seat.workload for seat in PLAN.seats}:
        seats = [seat for seat in PLAN.seats if seat.workload == workload]
        app, _, name = workload.partition("/")
        count = sum(seat.pods_min if level == "min" else seat.pods_max for seat in seats)
        mesh.api.patch("apps/v1", "Deployment", name, app, {"spec": {"replicas": count}})
    pools = {(pod["metadata"]["labels"]["app.kubernetes.io/name"], pool(mesh, pod)) for pod in pods(mesh, level)}
    assert pools <= {(seat.workload.rpartition("/")[2], seat.pool) for seat in PLAN.seats}


def test_without_istio_cni_the_security_level_refuses_every_pod(mesh: Mesh, injector: Path) -> None:
    deployment = mesh.api.get("apps/v1", "Deployment", "classifier", "classifier")
    assert deployment
    template = deployment["spec"]["template"]
    about = {**template["metadata"], "name": "probe", "namespace": "classifier"}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": about, "spec": template["spec"]}
    write_injector(injector, cni=False)

    def refused() -> str:
        try:
            mesh.api.create(pod, dry_run=True)
        except Refused as said:
            return str(said)
        raise NotYet("the pod is accepted")

    why = wait_for("the injector to read its values", refused, within_s=30)
    assert "violates PodSecurity" in why
    assert 'container "istio-init" must not include "NET_ADMIN", "NET_RAW"' in why
