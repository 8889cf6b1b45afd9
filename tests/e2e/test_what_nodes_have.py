"""What nodes have, on the real kube-scheduler: slices, shares, devices, disks, bays and licences are what it counts."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from bench.placement.real_scheduler import stage as open_stage
from tests.e2e.placement_rendered import Rendered, render, shuffled, workload_of
from tests.e2e.scene import ROOT

from bayplan import Accelerator, App, ModelServer, Resources, Spread
from bayplan.complaint import BadInput
from bayplan.lab.lab import PROGRAMS
from bayplan.lab.nodes import make_nodes
from bayplan.lab.parts import find_parts
from bayplan.lab.session import node_counts
from bayplan.lab.stage import Stage, name_of
from bayplan.placement.pose import pose
from bayplan.placement.solve import solve
from bayplan.spec.cluster import POOL_LABEL, Cluster, Instance, Nodes, Pool, Sharing, Source
from bayplan.spec.platform import Platform

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.placement.plan import Plan

GPU = Instance(cpu="24", memory="80Gi", accelerator="a100", accelerators=2, accelerator_memory="40Gi", usd_per_hour="3")
PLAIN = Instance(cpu="8", memory="32Gi", usd_per_hour="0.4")


def pool(name: str, instance: Instance, **said: Any) -> Pool:
    return Pool(name=name, instance=instance, zones=("a", "b"), nodes=Nodes(max=6), **said)


CLUSTER = Cluster(
    name="capacity",
    region="eu-central-1",
    kubernetes="1.37",
    controllers={"flux": "2.9"},
    source=Source(url="https://git.example.com/fleet"),
    pools=(
        pool("general", PLAIN, bays=2, ephemeral="20Gi"),
        pool("cut", GPU, mig="auto"),
        pool("shared", GPU, sharing=Sharing(replicas=4), usd_per_hour="2"),
        pool("fpga", PLAIN, others={"example.com/fpga": 2}, usd_per_hour="0.9"),
    ),
)
WORDS: dict[str, dict[str, Any]] = {
    "small": {"replicas": 9, "accelerator": Accelerator(slice="5G")},
    "large": {"replicas": 2, "accelerator": Accelerator(slice="3g.20gb")},
    "share": {"replicas": 6, "accelerator": Accelerator(share="25%", memory="10G")},
    "gate": {"replicas": 3, "resources": Resources(others={"example.com/fpga": 1})},
    "disk": {"replicas": 3, "resources": Resources(ephemeral="9Gi")},
    "one": {"replicas": 3, "spread": Spread(most_per_node=1)},
    "two": {"replicas": 5, "spread": Spread(most_per_node=2, zones="off", hosts="off")},
}


def decide(*names: str) -> tuple[Plan, Rendered]:
    """Some of the workloads, planned and rendered."""
    servers = tuple(ModelServer(name=name, image="registry.example.com/m:v1", **WORDS[name]) for name in names)
    app = App(name="shop", team="web", workloads=servers)
    platform = Platform(root=Path(), apps=(app,), clusters=(CLUSTER,))
    plan = solve(pose(platform, CLUSTER))
    return plan, render(platform, plan)


@pytest.fixture(scope="module")
def control_plane() -> Iterator[Stage]:
    try:
        for name in PROGRAMS:
            find_parts(ROOT).binary(name)
    except BadInput as bad:
        pytest.skip(str(bad))
    with open_stage("LeastAllocated", f"e2e-capacity-{os.getpid()}") as there:
        yield there


@pytest.fixture
def stage(control_plane: Stage) -> Iterator[Stage]:
    yield control_plane
    control_plane.clear()


@pytest.mark.parametrize("seed", [1, 2])
def test_everybody_sits_where_planned_also_while_new_versions_come(stage: Stage, seed: int) -> None:
    plan, rendered = decide(*WORDS)
    nodes = make_nodes(CLUSTER, node_counts(plan, "max"))
    stage.furnish(nodes, rendered.surroundings)
    pods = shuffled(rendered.pods(plan, "max"), seed)
    new = shuffled(rendered.newcomers({seat.workload: 1 for seat in plan.seats}), seed)
    stage.arrive([*pods, *new])
    found = stage.judged(len(pods) + len(new))
    assert sorted(pod for pod, node in found.items() if not node) == []
    pool_of = {node["metadata"]["name"]: node["metadata"]["labels"][POOL_LABEL] for node in nodes}
    for pod in pods:
        assert pool_of[found[name_of(pod)]] in plan.pools_of(workload_of(pod))


@pytest.mark.parametrize(("name", "nodes", "waiting"), [("one", 3, 0), ("one", 2, 1), ("two", 3, 0), ("two", 2, 1)])
def test_a_licence_is_kept_however_few_machines_there_are(stage: Stage, name: str, nodes: int, waiting: int) -> None:
    plan, rendered = decide(name)
    (home,) = plan.pools_of(f"shop/{name}")
    stage.furnish(make_nodes(CLUSTER, {home: nodes}), rendered.surroundings)
    pods = rendered.pods(plan, "max")
    stage.arrive(pods)
    found = Counter(stage.judged(len(pods)).values())
    assert found.pop("", 0) == waiting
    assert max(found.values()) == WORDS[name]["spread"].most_per_node
