"""What NVIDIA's device plugin is told of shared accelerators, and the runtime of pods that get some."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from tests.render.node_words import GENERAL, SHARED, nodes_cluster
from tests.render.words import IMAGE, one, render

from bayplan import Accelerator, App, Service
from bayplan.manifests.inventory import Inventory
from bayplan.manifests.manifest import Manifest
from bayplan.manifests.ref import Ref
from bayplan.validation.run import check

OPERATOR = {"flux": "2.9", "gpu-operator": "25.10"}
TURNS = {"name": "gpu", "instance": "g6.4xlarge", "zones": ["a"], "nodes": {"max": 4}}
APP = App(
    name="shop",
    team="web",
    workloads=(
        Service(name="web", image=IMAGE),
        Service(name="model", image=IMAGE, accelerator=Accelerator(model="l4")),
    ),
)
PLAIN = GENERAL | {"name": "arm"}
BOTH = (GENERAL, PLAIN)


def platform(*pools: dict[str, Any], controllers: dict[str, str] = OPERATOR) -> list[dict[str, Any]]:
    cluster = nodes_cluster(*BOTH, *pools, controllers=controllers, karpenter=None)
    return render(APP, cluster=cluster)["lab/platform"]


@pytest.mark.parametrize(
    ("sharing", "name", "said"),
    [
        ({"replicas": 4}, "turns-4", {"timeSlicing": {"renameByDefault": False}}),
        ({"replicas": 2, "renamed": True}, "turns-2-renamed", {"timeSlicing": {"renameByDefault": True}}),
        ({"replicas": 8, "mps": True}, "mps-8", {"mps": {"renameByDefault": False}}),
    ],
)
def test_the_plugin_is_told_how_to_share(sharing: dict[str, Any], name: str, said: dict[str, dict[str, Any]]) -> None:
    bodies = platform(TURNS | {"sharing": sharing})
    data = one(bodies, "ConfigMap", "bayplan-device-plugin")["data"]
    assert set(data) == {"whole", name}
    ((way, rename),) = said.items()
    resources = [{"name": "nvidia.com/gpu", "replicas": sharing["replicas"]}]
    shared = {way: rename | {"failRequestsGreaterThanOne": True, "resources": resources}}
    assert yaml.safe_load(data[name]) == {"version": "v1", "sharing": shared}
    assert yaml.safe_load(data["whole"]) == {"version": "v1"}


def test_every_way_of_sharing_stands_in_one_config_map() -> None:
    bodies = platform(TURNS | {"sharing": {"replicas": 4}}, SHARED)
    assert set(one(bodies, "ConfigMap")["data"]) == {"whole", "turns-4", "mps-4"}


def test_without_the_operator_nobody_is_told() -> None:
    bodies = platform(TURNS | {"sharing": {"replicas": 4}}, controllers={"flux": "2.9"})
    assert [body for body in bodies if body["kind"] == "ConfigMap"] == []


def pod(name: str, cluster: Any) -> dict[str, Any]:
    made = render(APP, cluster=cluster)["lab/apps/shop"]
    return dict(one(made, "Deployment", name)["spec"]["template"]["spec"])


def test_pods_that_get_accelerators_have_the_runtime_of_the_pool() -> None:
    cluster = nodes_cluster(*BOTH, TURNS | {"runtime": "nvidia"}, karpenter=None)
    assert pod("model", cluster)["runtimeClassName"] == "nvidia"
    assert "runtimeClassName" not in pod("web", cluster)
    runtime = one(render(APP, cluster=cluster)["lab/platform"], "RuntimeClass")
    assert (runtime["metadata"]["name"], runtime["handler"]) == ("nvidia", "nvidia")


def test_the_operators_own_runtime_is_not_rendered() -> None:
    bodies = platform(TURNS | {"runtime": "nvidia"})
    assert [body for body in bodies if body["kind"] == "RuntimeClass"] == []


def test_check_takes_the_operators_namespace_for_what_the_cluster_says_it_is() -> None:
    cluster = nodes_cluster(*BOTH, TURNS | {"sharing": {"replicas": 4}}, controllers=OPERATOR, karpenter=None)
    manifests = tuple(
        Manifest(ref=Ref.of(body), body=body, file=f"{folder}/{number}.yaml")
        for folder, bodies in render(APP, cluster=cluster).items()
        for number, body in enumerate(bodies)
    )
    found = check(Inventory(manifests=manifests), clusters=(cluster,))
    assert [one.message for one in found if one.rule == "FLX013"] == []
    other = nodes_cluster(*BOTH, controllers={"flux": "2.9"}, karpenter=None)
    assert [one.rule for one in check(Inventory(manifests=manifests), clusters=(other,)) if one.rule == "FLX013"]
