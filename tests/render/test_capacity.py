"""What pods ask their nodes for, from the words to the YAML: slices, shares, disks, devices, licences, volumes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from tests.render.words import IMAGE, one

from bayplan import Accelerator, App, ModelServer, Resources, Rollout, Spread, Storage
from bayplan.placement.pose import pose
from bayplan.placement.solve import solve
from bayplan.render.api_object import synthesise
from bayplan.render.tree import build
from bayplan.spec.cluster import Cluster, Instance, Nodes, Pool, Sharing, Source
from bayplan.spec.platform import Platform

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

GPU = Instance(cpu="24", memory="80Gi", accelerator="a100", accelerators=2, accelerator_memory="40Gi", usd_per_hour="3")
TPU = Instance(
    cpu="24", memory="48Gi", accelerator="tpu-v5e", accelerators=4, resource="google.com/tpu", usd_per_hour="4.8"
)
PLAIN = Instance(cpu="8", memory="32Gi", usd_per_hour="0.4", others={"example.com/fpga": 2}, ephemeral="100Gi")


def bodies(pool: dict[str, Any], **said: Any) -> list[dict[str, Any]]:
    """All objects of one workload on a cluster with one pool."""
    words: dict[str, Any] = {"name": "nodes", "zones": ("a", "b"), "nodes": Nodes(max=8)} | pool
    cluster = Cluster(
        name="lab",
        region="us-east-1",
        kubernetes="1.37",
        controllers={"flux": "2.9"},
        source=Source(url="https://git.example.com/fleet"),
        pools=(Pool(**words),),
        storage={"gp3": "0.08"},
    )
    server = ModelServer.model_validate(
        {"name": "m", "image": IMAGE, "replicas": 1, "rollout": Rollout(surge=1)} | said
    )
    platform = Platform(root=Path(), apps=(App(name="shop", team="t", workloads=(server,)),), clusters=(cluster,))
    plan = solve(pose(platform, cluster))
    return [dict(body) for body in synthesise(build(platform, {"lab": plan}))["lab/apps/shop"]]


def layouts(**pools: dict[str, Any]) -> dict[str, Any]:
    """The layouts that the GPU operator gets, as it reads them."""
    cluster = Cluster(
        name="lab",
        region="us-east-1",
        kubernetes="1.37",
        controllers={"flux": "2.9", "gpu-operator": "26.3"},
        source=Source(url="https://git.example.com/fleet"),
        pools=tuple(Pool(name=name, zones=("a",), nodes=Nodes(max=8), **pool) for name, pool in pools.items()),
    )
    server = ModelServer(name="m", image=IMAGE, accelerator=Accelerator(slice="1g.5gb"))
    platform = Platform(root=Path(), apps=(App(name="shop", team="t", workloads=(server,)),), clusters=(cluster,))
    made = synthesise(build(platform, {"lab": solve(pose(platform, cluster))}))["lab/platform"]
    text = yaml.safe_load(one(made, "ConfigMap", "bayplan-mig-layouts")["data"]["config.yaml"])
    found: dict[str, Any] = text["mig-configs"]
    return found


def pod(pool: dict[str, Any], **said: Any) -> dict[str, Any]:
    spec: dict[str, Any] = one(bodies(pool, **said), "Deployment")["spec"]["template"]["spec"]
    return spec


def resources(spec: dict[str, Any]) -> dict[str, Any]:
    (container,) = spec["containers"]
    found: dict[str, Any] = container["resources"]
    return found


def wanted(spec: dict[str, Any]) -> dict[str, list[str]]:
    required = spec["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
    (term,) = required["nodeSelectorTerms"]
    return {item["key"]: item["values"] for item in term["matchExpressions"]}


def test_a_slice_is_asked_for_by_its_name_on_the_nodes_that_are_cut_so() -> None:
    spec = pod({"instance": GPU, "mig": "auto"}, accelerator=Accelerator(slice="5G"), replicas=3)
    for stated in resources(spec).values():
        assert stated["nvidia.com/mig-1g.5gb"] == "1"
        assert "nvidia.com/gpu" not in stated
    assert wanted(spec)["bayplan.dev/pool"] == ["nodes-all-1g.5gb"]
    assert {"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"} in spec["tolerations"]


def test_the_gpu_operator_gets_every_layout_by_the_name_on_the_nodes() -> None:
    found = layouts(cut={"instance": GPU, "mig": {"1g.5gb": 4, "3g.20gb": 1}})
    assert found == {
        "4x1g.5gb-1x3g.20gb": [{"devices": "all", "mig-enabled": True, "mig-devices": {"1g.5gb": 4, "3g.20gb": 1}}],
        "all-disabled": [{"devices": "all", "mig-enabled": False}],
    }


def test_a_name_that_means_two_things_tells_models_apart() -> None:
    large = GPU.model_copy(update={"accelerator_memory": "80Gi"})
    found = layouts(cut={"instance": GPU, "mig": "auto"}, large={"instance": large, "mig": "auto"})
    small, other = found["all-1g.10gb"]
    assert (small["mig-devices"], other["mig-devices"]) == ({"1g.10gb": 4}, {"1g.10gb": 7})
    assert "0x20B010DE" in small["device-filter"]
    assert not set(small["device-filter"]) & set(other["device-filter"])
    assert len(found["all-1g.5gb"]) == len(found["all-disabled"]) == 1


def test_a_share_is_one_of_what_the_nodes_count() -> None:
    for renamed, name in {False: "nvidia.com/gpu", True: "nvidia.com/gpu.shared"}.items():
        pool = {"instance": GPU, "sharing": Sharing(replicas=4, renamed=renamed)}
        assert resources(pod(pool, accelerator=Accelerator(share="25%")))["limits"][name] == "1"


def test_accelerators_of_another_maker_are_asked_for_by_their_resource() -> None:
    spec = pod({"instance": TPU}, accelerator=Accelerator(model="tpu-v5e", count=4))
    assert resources(spec)["limits"]["google.com/tpu"] == "4"
    assert spec["tolerations"] == [{"key": "google.com/tpu", "operator": "Exists", "effect": "NoSchedule"}]
    assert "nodeSelector" not in spec


def test_labels_that_gke_asks_pods_for_are_said_by_them() -> None:
    said = {"cloud.google.com/gke-tpu-accelerator": "tpu-v5-lite-podslice", "cloud.google.com/gke-tpu-topology": "2x2"}
    labels = {"cloud.google.com/gke-nodepool": "tpus", **said}
    spec = pod({"instance": TPU, "labels": labels}, accelerator=Accelerator(model="tpu-v5e", count=4))
    assert spec["nodeSelector"] == said


def test_disk_and_devices_are_promised_and_limited() -> None:
    spec = pod({"instance": PLAIN}, resources=Resources(ephemeral="10Gi", others={"example.com/fpga": 1}))
    for stated in resources(spec).values():
        assert (stated["ephemeral-storage"], stated["example.com/fpga"]) == ("10Gi", "1")


def test_a_bay_is_found_by_its_label() -> None:
    assert wanted(pod({"instance": PLAIN, "bays": 2}))["bayplan.dev/pool"] in (["nodes-1"], ["nodes-2"])


def test_a_licence_counts_all_versions_on_a_machine() -> None:
    spec = pod({"instance": PLAIN}, replicas=3, spread=Spread(most_per_node=2, zones="off", hosts="off"))
    (rule,) = spec["topologySpreadConstraints"]
    assert (rule["maxSkew"], rule["whenUnsatisfiable"]) == (2, "DoNotSchedule")
    assert rule["minDomains"] > 100_000
    assert "matchLabelKeys" not in rule


def test_one_rule_for_machines_must_be_kept_even_where_two_were_asked_for() -> None:
    spec = pod({"instance": PLAIN}, replicas=2, spread=Spread(most_per_node=1, zones="off", hosts="must"))
    assert [rule["maxSkew"] for rule in spec["topologySpreadConstraints"]] == [1]


def test_a_new_volume_is_claimed_and_a_new_version_waits_for_the_old(golden: SnapshotAssertion) -> None:
    made = bodies({"instance": PLAIN}, storage=Storage(size="100Gi", zone="b"))
    claim, deployment = one(made, "PersistentVolumeClaim"), one(made, "Deployment")["spec"]
    assert claim["metadata"]["annotations"]["kustomize.toolkit.fluxcd.io/prune"] == "disabled"
    assert (claim["spec"]["storageClassName"], deployment["strategy"]) == ("gp3", {"type": "Recreate"})
    assert wanted(deployment["template"]["spec"])["topology.kubernetes.io/zone"] == ["us-east-1b"]
    assert [claim, deployment] == golden


def test_a_claim_that_is_there_is_mounted_and_none_is_made() -> None:
    made = bodies({"instance": PLAIN}, storage=Storage(claim="models", read_only=True, path="/models"), replicas=3)
    assert not [body for body in made if body["kind"] == "PersistentVolumeClaim"]
    deployment = one(made, "Deployment")["spec"]
    (container,) = deployment["template"]["spec"]["containers"]
    assert {"name": "storage", "mountPath": "/models", "readOnly": True} in container["volumeMounts"]
    assert deployment["strategy"]["type"] == "RollingUpdate"
