"""Groups of machines on the real LeaderWorkerSet: they stand together, leaders answer; KServe's kinds by its CRDs."""

from __future__ import annotations

import os
from collections import defaultdict
from typing import TYPE_CHECKING

import pytest
import yaml
from tests.e2e.built import skip_unless_built
from tests.e2e.scene import ROOT
from tests.e2e.teams import Teams, synthesise

from bayplan.lab.api import Refused
from bayplan.lab.furnish import add_nodes, condition
from bayplan.lab.lab import close, remove, start_lab
from bayplan.lab.wait import NotYet, wait_for
from bayplan.manifests.read import read_tree
from bayplan.spec.cluster import POOL_LABEL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.lab.api import Body

CONTROLLERS = {"flux": "2.9", "lws": "0.9"}
CLUSTER = """
name: lab
region: eu-central-1
kubernetes: "1.37"
controllers: {flux: "2.9", lws: "0.9", kserve: "0.20", gateway-api: "1.6"}
source: {url: https://git.example.com/platform/fleet}
pools:
  - {name: general, instance: m7i.2xlarge, zones: [a, b], nodes: {min: 1, max: 2}}
  - {name: gpu, instance: g6.12xlarge, zones: [a, b], nodes: {max: 12}}
  - {name: small, instance: g6.xlarge, zones: [a], nodes: {max: 8}}
"""
APP = f"""
name: chat
team: language
models:
  - {{name: llama, version: "70b", source: "oci://registry.example.com/llama:70b", parameters: 30B,
      layers: 40, heads: 64, kv_heads: 8, head_size: 128}}
workloads:
  - kind: ModelServer
    name: big
    image: registry.example.com/vllm:v0.22.0@sha256:{"1f" * 32}
    model: llama:70b
    llm: {{context: 4096, requests: 4, pipeline: 2}}
    accelerator: {{model: l4, count: 4}}
    replicas: 2
"""
KSERVED = f"""
name: kserved
team: language
models:
  - {{name: llama, version: "8b", source: "oci://registry.example.com/llama:8b", parameters: 8B,
      layers: 32, heads: 32, kv_heads: 8, head_size: 128}}
workloads:
  - kind: ModelServer
    name: apart
    image: registry.example.com/vllm:v0.22.0@sha256:{"1f" * 32}
    model: llama:8b
    serving: kserve
    port: 8000
    llm: {{context: 4096, requests: 2, prefill: {{replicas: 1}}}}
    accelerator: {{model: l4}}
    replicas: 1
  - kind: ModelServer
    name: whole
    image: registry.example.com/classifier:v1@sha256:{"1f" * 32}
    model: llama:8b
    serving: kserve
    autoscale: {{min: 1, max: 3}}
"""
GROUP = "leaderworkerset.sigs.k8s.io/group-index"
ORDER = ("Namespace", "ServiceAccount", "Service", "LeaderWorkerSet")


@pytest.fixture(scope="module")
def chat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Teams]:
    """The app, applied."""
    root = tmp_path_factory.mktemp("machines")
    for path, text in (
        ("clusters/lab/cluster.yaml", CLUSTER),
        ("apps/chat.yaml", APP),
        ("apps/kserved.yaml", KSERVED),
    ):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    skip_unless_built(root, CONTROLLERS)
    platform, plan = synthesise(root)
    lab = start_lab(root, platform.clusters[0], f"e2e-machines-{os.getpid()}", lambda *_: None)
    try:
        add_nodes(lab, platform.clusters[0], {bay.pool: bay.nodes_max for bay in plan.bays})
        found = Teams(lab=lab, root=root, platform=platform, plan=plan)
        for body in rendered(found):
            found.api.apply(body)
        yield found
    finally:
        close(lab)
        remove(lab.layout.path)


def rendered(chat: Teams) -> list[Body]:
    made = [one.body for one in read_tree(chat.root / "dist").inventory.manifests if one.ref.kind in ORDER]
    return sorted(made, key=lambda one: ORDER.index(one["kind"]))


def await_groups(chat: Teams) -> Body:
    """The set, once all its groups run what it says now."""

    def available() -> Body:
        found = chat.api.get("leaderworkerset.x-k8s.io/v1", "LeaderWorkerSet", "big", "chat") or {}
        seen = found.get("status") or {}
        if condition(found, "Available") != "True" or seen["observedGeneration"] != found["metadata"]["generation"]:
            raise NotYet(str(seen))
        return found

    return wait_for("both groups", available, within_s=120)


def groups(chat: Teams) -> dict[str, list[Body]]:
    found: dict[str, list[Body]] = defaultdict(list)
    for pod in chat.api.list("v1", "Pod", "chat"):
        found[pod["metadata"]["labels"][GROUP]].append(pod)
    return found


def test_each_group_stands_in_one_zone_on_machines_of_its_own(chat: Teams) -> None:
    await_groups(chat)
    nodes = {node["metadata"]["name"]: node["metadata"]["labels"] for node in chat.api.list("v1", "Node")}
    assert sorted(groups(chat)) == ["0", "1"]
    for pods in groups(chat).values():
        taken = [pod["spec"]["nodeName"] for pod in pods]
        assert len(set(taken)) == 2
        assert len({nodes[name]["topology.kubernetes.io/zone"] for name in taken}) == 1
        assert {nodes[name][POOL_LABEL] for name in taken} == {"gpu"}


def test_members_are_told_where_the_others_are(chat: Teams) -> None:
    await_groups(chat)
    for number, pods in groups(chat).items():
        for pod in pods:
            env = {one["name"]: one.get("value") for one in pod["spec"]["containers"][0]["env"]}
            assert env["LWS_GROUP_SIZE"] == "2"
            assert env["LWS_LEADER_ADDRESS"] == f"big-{number}.big-{number}.chat"
            index = env["LWS_WORKER_INDEX"]
            assert index == pod["metadata"]["labels"]["leaderworkerset.sigs.k8s.io/worker-index"]
            assert ("--headless" in pod["spec"]["containers"][0]["args"]) == (index != "0")


def test_only_leaders_answer_under_the_name_of_the_workload(chat: Teams) -> None:
    await_groups(chat)

    def two() -> list[str]:
        slices = chat.api.list("discovery.k8s.io/v1", "EndpointSlice", "chat", labels="kubernetes.io/service-name=big")
        ready = [end["targetRef"]["name"] for one in slices for end in one.get("endpoints") or ()]
        if len(ready) < 2:
            raise NotYet(str(ready))
        return sorted(ready)

    assert wait_for("endpoints", two, within_s=30) == ["big-0", "big-1"]
    services = {one["metadata"]["name"]: one["spec"] for one in chat.api.list("v1", "Service", "chat")}
    assert services["big"]["clusterIP"] != "None"
    assert services["big-0"]["clusterIP"] == services["big-1"]["clusterIP"] == "None"


def test_a_new_version_comes_beside_the_old_one(chat: Teams) -> None:
    before = {pod["metadata"]["uid"] for pods in groups(chat).values() for pod in pods}
    [body] = [one for one in rendered(chat) if one["kind"] == "LeaderWorkerSet"]
    for member in ("leaderTemplate", "workerTemplate"):
        program = body["spec"]["leaderWorkerTemplate"][member]["spec"]["containers"][0]
        program["image"] = program["image"].replace("v0.22.0", "v0.22.1")
    chat.api.apply(body)
    await_groups(chat)
    pods = [pod for pods in groups(chat).values() for pod in pods if not pod["metadata"].get("deletionTimestamp")]
    assert not before & {pod["metadata"]["uid"] for pod in pods}
    assert {pod["spec"]["containers"][0]["image"].split("@")[0].rpartition(":")[2] for pod in pods} == {"v0.22.1"}


def test_the_api_server_takes_what_kserve_is_told(chat: Teams) -> None:
    """Its controller does not run here: schema and rules of its CRDs judge, strictly."""
    found = [one.body for one in read_tree(chat.root / "dist").inventory.manifests if one.ref.namespace == "kserved"]
    kinds = {body["kind"] for body in found if chat.api.apply(body, dry_run=True)}
    assert {"InferenceService", "LLMInferenceService", "NetworkPolicy", "HorizontalPodAutoscaler"} <= kinds


def test_the_webhook_refuses_what_is_called_broken_and_nothing_else(chat: Teams) -> None:
    told, refused = set(), set()
    for one in yaml.safe_load((ROOT / "tests/validation/mutations/serving.yaml").read_text()):
        body = yaml.safe_load(one["add"])
        if body["kind"] != "LeaderWorkerSet":
            continue
        told |= {one["name"]} if one["finds"] else set()
        try:
            chat.api.apply(body, dry_run=True)
        except Refused:
            refused |= {one["name"]}
    assert len(told) > 5
    assert told == refused
