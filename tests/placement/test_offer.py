"""From a pool's words to kinds of nodes: cuts, shares, bays, disks, devices, reservations."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bayplan import Accelerator, App, ModelServer, Resources, Spread, Storage
from bayplan.placement.pose import pose
from bayplan.placement.solve import solve
from bayplan.placement.verify import verify
from bayplan.spec.cluster import Cluster, Instance, Nodes, Overhead, Pool, Sharing, Source
from bayplan.spec.machine import reserved_e4_usd_per_hour
from bayplan.spec.platform import Platform

A100 = Instance(
    cpu="12",
    memory="80Gi",
    accelerator="a100",
    accelerators=2,
    accelerator_memory="40Gi",
    usd_per_hour="3",
)
PLAIN = Instance(cpu="8", memory="32Gi", usd_per_hour="0.4")
TPU = Instance(
    cpu="24", memory="48Gi", accelerator="tpu-v5e", accelerators=4, resource="google.com/tpu", usd_per_hour="4.8"
)


def pool(name: str, instance: Instance, most: int = 4, **said: Any) -> Pool:
    return Pool(name=name, instance=instance, zones=("a", "b"), nodes=Nodes(max=most), **said)


def cluster(*pools: Pool, **said: Any) -> Cluster:
    words = {"region": "us-east-1", "kubernetes": "1.37", "controllers": {"flux": "2.9"}} | said
    return Cluster(name="lab", source=Source(url="https://git.example.com/fleet"), pools=pools, **words)


def server(name: str, replicas: int = 1, **said: Any) -> ModelServer:
    return ModelServer(name=name, image="registry.example.com/m:v1", replicas=replicas, **said)


def question(where: Cluster, *servers: ModelServer, **said: Any) -> Any:
    app = App(name="a", team="t", workloads=servers, **said)
    return pose(Platform(root=Path(), apps=(app,), clusters=(where,)), where)


def homes(asked: Any) -> dict[str, str]:
    """Workloads with their pools, in a plan that the twins find nothing wrong with."""
    decided = solve(asked)
    assert verify(asked, decided) == []
    return {seat.workload.partition("/")[2]: seat.pool for seat in decided.seats}


def slots(asked: Any, name: str) -> dict[str, int]:
    return dict(zip(asked.resources, asked.pool(name).extra, strict=True))


def test_a_layout_by_name_is_counted_as_slices_and_no_longer_as_whole_accelerators() -> None:
    asked = question(cluster(pool("gpu", A100, mig="all-1g.5gb")), server("m", accelerator=Accelerator(slice="1g.5gb")))
    assert asked.pool("gpu").accelerators == 0
    assert slots(asked, "gpu") == {"nvidia.com/mig-1g.5gb": 14}


def test_slices_by_profile_are_counted_on_every_accelerator() -> None:
    cut = pool("gpu", A100, mig={"1g.5gb": 4, "3g.20gb": 1})
    servers = [server("s", accelerator=Accelerator(slice="1g.5gb")), server("l", accelerator=Accelerator(slice="20G"))]
    asked = question(cluster(cut), *servers)
    assert slots(asked, "gpu") == {"nvidia.com/mig-1g.5gb": 8, "nvidia.com/mig-3g.20gb": 2}


@pytest.mark.parametrize(
    ("memory", "resource"),
    [
        ("4G", "nvidia.com/mig-1g.5gb"),
        ("5G", "nvidia.com/mig-1g.5gb"),
        ("5Gi", "nvidia.com/mig-3g.20gb"),  # 5 GiB is more than 5 GB
        ("30G", "nvidia.com/mig-of-30G"),  # nobody has it
    ],
)
def test_memory_finds_the_smallest_slice_that_the_cluster_has(memory: str, resource: str) -> None:
    cut = pool("gpu", A100, mig={"1g.5gb": 4, "3g.20gb": 1})
    assert question(cluster(cut), server("m", accelerator=Accelerator(slice=memory))).resources == (resource,)


def test_where_the_plan_cuts_only_layouts_are_asked_for_that_none_beats() -> None:
    servers = [
        server("s", accelerator=Accelerator(slice="1g.5gb")),
        server("l", accelerator=Accelerator(slice="3g.20gb")),
    ]
    asked = question(cluster(pool("gpu", A100, mig="auto")), *servers)
    assert {one.layout for one in asked.pools} == {"all-disabled", "all-1g.5gb", "all-3g.20gb", "4x1g.5gb-1x3g.20gb"}
    assert {one.limits for one in asked.pools} == {"gpu"}


def test_the_plan_cuts_one_node_for_small_and_large_and_leaves_one_whole() -> None:
    small = server("small", 8, accelerator=Accelerator(slice="1g.5gb"))
    large = server("large", 2, accelerator=Accelerator(slice="20G"))
    whole = server("whole", 1, accelerator=Accelerator(model="a100", count=2))
    still = [one.model_copy(update={"rollout": {"surge": 1}}) for one in (small, large, whole)]
    found = homes(question(cluster(pool("gpu", A100, 6, mig="auto")), *still))
    assert found["whole"] == "gpu-all-disabled"
    assert found["small"].startswith("gpu-")
    assert "gpu-all-disabled" not in (found["small"], found["large"])


def test_a_slice_of_another_model_is_not_taken() -> None:
    asked = question(
        cluster(pool("gpu", A100, mig="all-1g.5gb")), server("m", accelerator=Accelerator(slice="1g.5gb", model="h100"))
    )
    with pytest.raises(Exception, match="are a100, not h100"):
        solve(asked)


def test_shares_take_turns_on_a_shared_pool_and_whole_ones_stay_away_from_it() -> None:
    shared = pool("shared", A100, sharing=Sharing(replicas=4))
    servers = [
        server("quarter", 3, accelerator=Accelerator(share="25%", memory="10G")),
        server("all", accelerator=Accelerator()),
    ]
    asked = question(cluster(shared, pool("whole", A100)), *servers)
    assert asked.pool("shared").accelerators == 8
    assert homes(asked) == {"quarter": "shared", "all": "whole"}


@pytest.mark.parametrize(("whole_usd", "home"), [("2", "whole"), ("4", "shared")])
def test_a_share_gets_a_whole_one_only_where_that_is_cheaper(whole_usd: str, home: str) -> None:
    shared = pool("shared", A100, sharing=Sharing(replicas=4))
    whole = pool("whole", A100, usd_per_hour=whole_usd)
    asked = question(cluster(shared, whole), server("m", accelerator=Accelerator(share="25%")))
    assert homes(asked) == {"m": home}


def test_renamed_shares_have_a_name_of_their_own() -> None:
    shared = pool("shared", A100, sharing=Sharing(replicas=4, renamed=True))
    assert question(cluster(shared), server("m")).pool("shared").accelerator_resource == "nvidia.com/gpu.shared"


def test_accelerators_of_another_maker_are_taken_by_their_model() -> None:
    found = homes(
        question(
            cluster(pool("tpu", TPU), pool("gpu", A100)), server("m", accelerator=Accelerator(model="tpu-v5e", count=4))
        )
    )
    assert found == {"m": "tpu"}


def test_bays_share_the_limits_of_their_pool() -> None:
    asked = question(cluster(pool("general", PLAIN, bays=3)), server("m"))
    assert [one.name for one in asked.pools] == ["general-1", "general-2", "general-3"]
    assert list(asked.families) == ["general"]


def test_what_is_reserved_is_used_first_and_costs_nothing_more() -> None:
    reserved = pool("reserved", PLAIN, 1, capacity="reserved", usd_per_hour="0.3")
    asked = question(cluster(reserved, pool("general", PLAIN)), server("m"))
    decided = solve(asked)
    assert (decided.cost_min_e4_usd_per_hour, decided.pools_of("a/m")) == (0, ("reserved",))


def test_what_is_reserved_is_paid_for_used_or_not() -> None:
    reserved = pool("reserved", PLAIN, 3, capacity="reserved", usd_per_hour="0.3")
    assert reserved_e4_usd_per_hour(cluster(reserved, pool("general", PLAIN))) == 9000


def test_disk_and_devices_are_what_is_left_after_daemonsets() -> None:
    overhead = Overhead(ephemeral="10Gi", others={"example.com/fpga": 1})
    node = pool("fpga", PLAIN, ephemeral="50Gi", others={"example.com/fpga": 3}, overhead=overhead)
    asked = question(cluster(node), server("m", resources=Resources(ephemeral="1Gi", others={"example.com/fpga": 2})))
    assert asked.demand("a/m").extra == (1024, 2)
    assert slots(asked, "fpga") == {"ephemeral-storage": 40960, "example.com/fpga": 2}


def test_who_asks_for_disk_does_not_go_where_nobody_told_it() -> None:
    asked = question(cluster(pool("general", PLAIN)), server("m", resources=Resources(ephemeral="1Gi")))
    with pytest.raises(Exception, match="its nodes have no ephemeral-storage"):
        solve(asked)


def test_an_image_for_both_processors_takes_the_cheaper() -> None:
    arm = pool("arm", PLAIN.model_copy(update={"architecture": "arm64", "usd_per_hour": "0.3"}))
    where = cluster(arm, pool("general", PLAIN))
    assert homes(question(where, server("m", architecture="any"))) == {"m": "arm"}
    assert homes(question(where, server("m"))) == {"m": "general"}


def test_a_volume_keeps_its_pods_in_its_zone_and_is_paid_for() -> None:
    where = cluster(pool("general", PLAIN), storage={"gp3": "0.08"})
    asked = question(where, server("m", storage=Storage(size="100Gi", zone="b")))
    decided = solve(asked)
    (seat,) = decided.seats
    assert verify(asked, decided) == []
    # of two nodes the second stands in zone b: volumes cost 100 x 0.00011 USD, for plans count in 1e-6 and round up
    assert (seat.zone, decided.cost_min_e4_usd_per_hour) == ("us-east-1b", 2 * 4000 + 110)
    assert decided.bound_min_e4_usd_per_hour > 110


def test_a_licence_needs_as_many_machines() -> None:
    asked = question(cluster(pool("general", PLAIN)), server("m", 3, spread=Spread(most_per_node=1, hosts="off")))
    decided = solve(asked)
    (bay,) = decided.bays
    assert bay.nodes_min == 3
