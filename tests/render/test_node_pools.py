"""Pools as Karpenter reads them: what it may buy, what it keeps, what nodes are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.render.node_words import BAYS, CUT, FAST, GENERAL, SHARED, SPOT, nodes_cluster, nodes_plan
from tests.render.words import kinds, one

from bayplan.placement.provision import provisions
from bayplan.render.platform.node_pool import NodePools

if TYPE_CHECKING:
    import cdk8s
    from syrupy.assertion import SnapshotAssertion

    from bayplan.placement.plan import Plan
    from bayplan.spec.cluster import Cluster


def made(chart: cdk8s.Chart, cluster: Cluster, plan: Plan | None = None) -> list[dict[str, Any]]:
    NodePools(chart, cluster=cluster, provisions=provisions(cluster, plan or nodes_plan()))
    return list(chart.to_json())


def spec(bodies: list[dict[str, Any]], kind: str, name: str) -> Any:
    return one(bodies, kind, name)["spec"]


def test_every_word_of_a_pool(chart: cdk8s.Chart, golden: SnapshotAssertion) -> None:
    bodies = made(chart, nodes_cluster(GENERAL, SPOT, CUT, FAST, SHARED, BAYS), nodes_plan(general=(3, 5)))
    assert bodies == golden


def test_nodes_that_are_always_there_have_a_pool_of_their_own(chart: cdk8s.Chart) -> None:
    bodies = made(chart, nodes_cluster(GENERAL))
    kept, bought = spec(bodies, "NodePool", "general-always-b"), spec(bodies, "NodePool", "general")
    assert (kept["replicas"], kept["limits"]) == (1, {"nodes": "2"})
    assert "replicas" not in bought
    assert bought["limits"] == {"nodes": "37"}
    labels = [one["template"]["metadata"]["labels"]["bayplan.dev/pool"] for one in (kept, bought)]
    assert labels == ["general", "general"]


def test_a_pool_of_a_fixed_number_buys_nothing_besides(chart: cdk8s.Chart) -> None:
    bodies = made(chart, nodes_cluster(FAST))
    assert [body["metadata"]["name"] for body in bodies if body["kind"] == "NodePool"] == ["h100-always-a"]
    assert kinds(bodies) == ["EC2NodeClass", "NodePool"]


def test_kinds_of_nodes_share_what_the_pool_may_have(chart: cdk8s.Chart) -> None:
    plan = nodes_plan(memory_1=(0, 0), memory_2=(1, 2), memory_3=(1, 1))
    bodies = made(chart, nodes_cluster(BAYS), plan)
    pools = {body["metadata"]["name"]: body["spec"] for body in bodies if body["kind"] == "NodePool"}
    assert {name: one["limits"]["nodes"] for name, one in pools.items() if "replicas" not in one} == {
        "memory-1": "0",  # the plan has no use for it
        "memory-2": "3",  # 2 planned, 2 of the 4 that are left, 1 of them always there
        "memory-3": "3",
    }
    assert {name: one["replicas"] for name, one in pools.items() if "replicas" in one} == {"memory-2-always-a": 1}
    assert one(bodies, "EC2NodeClass")["metadata"]["name"] == "memory"


def test_karpenter_is_told_of_slices_and_shares(chart: cdk8s.Chart) -> None:
    bodies = made(chart, nodes_cluster(CUT, SHARED))
    assert spec(bodies, "NodeOverlay", "a100")["capacity"] == {
        "nvidia.com/gpu": "0",
        "nvidia.com/mig-1g.5gb": "32",
        "nvidia.com/mig-3g.20gb": "8",
    }
    assert spec(bodies, "NodeOverlay", "l4")["capacity"] == {"nvidia.com/gpu": "16"}


def test_pools_of_another_maker_are_left_alone(chart: cdk8s.Chart) -> None:
    bodies = made(chart, nodes_cluster(GENERAL, {**SHARED, "provisioner": "terraform"}))
    assert {body["metadata"]["name"] for body in bodies if body["kind"] == "EC2NodeClass"} == {"general"}
    assert not any(body["metadata"]["name"].startswith("l4") for body in bodies)


def test_somebody_elses_class_of_nodes_is_referred_to(chart: cdk8s.Chart) -> None:
    own = {"group": "karpenter.azure.com", "kind": "AKSNodeClass", "name": "gpu"}
    cluster = nodes_cluster(GENERAL | {"nodes": {"max": 3}, "ephemeral": None}, karpenter={"node_class": own})
    bodies = made(chart, cluster)
    assert kinds(bodies) == ["NodePool"]
    assert one(bodies, "NodePool")["spec"]["template"]["spec"]["nodeClassRef"] == own


def test_the_disk_leaves_pods_their_room(chart: cdk8s.Chart) -> None:
    (disk,) = spec(made(chart, nodes_cluster(GENERAL)), "EC2NodeClass", "general")["blockDeviceMappings"]
    size_gib = int(disk["ebs"]["volumeSize"].removesuffix("Gi"))
    # what karpenter-provider-aws subtracts: 1 GiB for the kubelet, a tenth against running full
    assert size_gib - 1 - size_gib * 0.1 >= 80
    assert size_gib <= 93  # and not much more


def test_only_layouts_that_the_plan_has_chosen_are_made(chart: cdk8s.Chart) -> None:
    plan = nodes_plan(a100_all_balanced=(0, 2))
    bodies = made(chart, nodes_cluster(CUT | {"mig": "auto"}), plan)
    (pool,) = (body for body in bodies if body["kind"] == "NodePool")
    assert pool["metadata"]["name"] == "a100-all-balanced"
    assert pool["spec"]["limits"] == {"nodes": "4"}


def test_nodes_of_the_plan_stay_where_a_pool_says_so(chart: cdk8s.Chart) -> None:
    pool = BAYS | {"nodes": {"max": 7}, "upkeep": {"standing": True}}
    bodies = made(chart, nodes_cluster(pool), nodes_plan(memory_1=(2, 3), memory_2=(0, 1)))
    pools = {body["metadata"]["name"]: body["spec"] for body in bodies if body["kind"] == "NodePool"}
    assert {name: one["replicas"] for name, one in pools.items() if "replicas" in one} == {"memory-1-always-a": 2}
    assert {name: one["limits"]["nodes"] for name, one in pools.items() if "replicas" not in one} == {
        "memory-1": "3",  # 5 less those that stay
        "memory-2": "2",
        "memory-3": "0",
    }


def test_nodes_that_are_always_there_stand_evenly_in_all_zones(chart: cdk8s.Chart) -> None:
    bodies = made(chart, nodes_cluster(GENERAL | {"nodes": {"min": 5, "max": 5}}))
    pools = {body["metadata"]["name"]: body["spec"] for body in bodies if body["kind"] == "NodePool"}
    assert {name: one["replicas"] for name, one in pools.items()} == {
        "general-always-a": 2,
        "general-always-b": 2,
        "general-always-c": 1,
    }
    for name, said in pools.items():
        (zones,) = (wanted["values"] for wanted in said["template"]["spec"]["requirements"] if "zone" in wanted["key"])
        assert zones == [f"eu-central-1{name[-1]}"]
