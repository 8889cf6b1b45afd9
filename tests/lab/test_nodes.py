"""Nodes of a lab are those that the plan counts with: every kind of a pool, with its labels and what it has."""

from __future__ import annotations

from typing import Any

from bayplan.lab.nodes import make_nodes
from bayplan.spec.cluster import Cluster, Instance, Nodes, Pool, Sharing, Source

GPU = Instance(cpu="24", memory="80Gi", accelerator="a100", accelerators=2, accelerator_memory="40Gi", usd_per_hour="3")


def node(name: str, **said: Any) -> dict[str, Any]:
    """The second node of a kind; its pool is called `pool`."""
    words: dict[str, Any] = {"name": "pool", "instance": GPU, "zones": ("a", "b"), "nodes": Nodes(max=3)}
    cluster = Cluster(
        name="lab",
        region="us-east-1",
        kubernetes="1.37",
        controllers={"flux": "2.9"},
        source=Source(url="https://git.example.com/fleet"),
        pools=(Pool(**(words | said)),),
    )
    made: dict[str, Any] = make_nodes(cluster, {name: 2})[1]
    return made


def test_a_bay_has_its_name_as_the_label_by_which_pods_find_it() -> None:
    made = node("pool-2", bays=2)
    assert made["metadata"]["name"] == "pool-2-1"
    assert made["metadata"]["labels"]["bayplan.dev/pool"] == "pool-2"
    assert made["metadata"]["labels"]["topology.kubernetes.io/zone"] == "us-east-1b"


def test_cut_accelerators_are_counted_as_slices_and_the_layout_is_a_label() -> None:
    made = node("pool-4x1g.5gb-1x3g.20gb", mig="auto")
    there = made["status"]["allocatable"]
    assert made["metadata"]["labels"]["nvidia.com/mig.config"] == "4x1g.5gb-1x3g.20gb"
    assert (there["nvidia.com/mig-1g.5gb"], there["nvidia.com/mig-3g.20gb"]) == ("8", "2")
    assert "nvidia.com/gpu" not in there


def test_shared_accelerators_are_counted_by_share() -> None:
    assert node("pool", sharing=Sharing(replicas=4))["status"]["allocatable"]["nvidia.com/gpu"] == "8"


def test_disk_and_devices_are_what_the_pool_says() -> None:
    there = node("pool", ephemeral="50Gi", others={"example.com/fpga": 3})["status"]["allocatable"]
    assert (there["ephemeral-storage"], there["example.com/fpga"]) == ("51200Mi", "3")
