"""From words to whole numbers: what rounding must not lose."""

from __future__ import annotations

from pathlib import Path

import pytest

from bayplan.placement.constraints import eligible
from bayplan.placement.pose import pose
from bayplan.spec.app import App
from bayplan.spec.cluster import Cluster, Instance, Nodes, Pool, Source
from bayplan.spec.platform import Platform
from bayplan.spec.traits.accelerator import Accelerator
from bayplan.spec.workloads.model_server import ModelServer

NEURON = Instance(
    cpu="8",
    memory="32Gi",
    accelerator="inferentia2",
    accelerators=1,
    accelerator_memory="32Gi",
    resource="aws.amazon.com/neuron",
    usd_per_hour="0.1",
)


@pytest.mark.parametrize(
    ("accelerator", "pools"),
    [
        (Accelerator(memory="24G"), ["l4"]),  # 24 GB as it is sold: 22,888.2 MiB, of which the card has 22,888
        (Accelerator(), ["l4"]),
        (Accelerator(model="inferentia2"), ["neuron"]),
        (Accelerator(memory="24Gi"), []),
    ],
)
def test_an_accelerator_finds_the_pools_that_have_it(accelerator: Accelerator, pools: list[str]) -> None:
    server = ModelServer(name="m", image="registry.example.com/m:v1", accelerator=accelerator)
    cluster = Cluster(
        name="lab",
        region="us-east-1",
        kubernetes="1.37",
        controllers={"flux": "2.9"},
        source=Source(url="https://git.example.com/fleet"),
        pools=(
            Pool(name="l4", instance="g6.4xlarge", zones=("a",), nodes=Nodes(max=3)),
            Pool(name="neuron", instance=NEURON, zones=("a",), nodes=Nodes(max=3), taints=()),
        ),
    )
    app = App(name="a", team="t", workloads=(server,))
    question = pose(Platform(root=Path(), apps=(app,), clusters=(cluster,)), cluster)
    assert [pool.name for pool in eligible(question, question.demands[0])] == pools
