"""What is rendered for nodes on the real control plane: Karpenter's own rules judge its objects, the real scheduler
allocates what pods claim.
"""

from __future__ import annotations

import copy
import os
from typing import TYPE_CHECKING, Any

import cdk8s
import pytest
from tests.e2e.conftest import say
from tests.e2e.scene import ROOT
from tests.render.node_words import BAYS, CUT, FAST, GENERAL, SHARED, SPOT, nodes_cluster, nodes_plan
from tests.render.words import IMAGE, render

from bayplan import Accelerator, App, ModelServer
from bayplan.complaint import BadInput
from bayplan.lab.api import Refused
from bayplan.lab.furnish import add_nodes
from bayplan.lab.lab import PROGRAMS, close, remove, start_lab
from bayplan.lab.parts import find_parts
from bayplan.lab.wait import NotYet, wait_for
from bayplan.manifests.inventory import Inventory
from bayplan.manifests.manifest import Manifest
from bayplan.manifests.ref import Ref
from bayplan.placement.provision import provisions
from bayplan.render.platform.node_pool import NodePools
from bayplan.validation.finding import Status
from bayplan.validation.run import check

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from bayplan.lab.api import Api, Body
    from bayplan.lab.lab import Lab

CLUSTER = nodes_cluster(GENERAL, SPOT, CUT, FAST, SHARED, BAYS)


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    """A control plane of our own with Karpenter's CRDs, a scheduler, and no nodes."""
    try:
        for program in PROGRAMS:
            find_parts(ROOT).binary(program)
    except BadInput as bad:
        pytest.skip(str(bad))
    lab = start_lab(ROOT, CLUSTER, f"e2e-nodes-{os.getpid()}", say)
    try:
        yield lab
    finally:
        close(lab)
        remove(lab.layout.path)


@pytest.fixture(scope="module")
def api(lab: Lab) -> Api:
    return lab.api


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Body]:
    """Everything by kind and name."""
    folder: Path = tmp_path_factory.mktemp("chart")
    chart = cdk8s.Chart(cdk8s.App(outdir=str(folder)), "nodes")
    NodePools(chart, cluster=CLUSTER, provisions=provisions(CLUSTER, nodes_plan(general=(3, 5))))
    return {(body["kind"], body["metadata"]["name"]): body for body in chart.to_json()}


def test_the_server_takes_all_that_is_rendered_and_keeps_it(api: Api, rendered: dict[tuple[str, str], Body]) -> None:
    assert {kind for kind, _ in rendered} == {"EC2NodeClass", "NodeOverlay", "NodePool"}
    for body in rendered.values():
        kept = api.apply(body)
        for part, said in body["spec"].items():
            assert contains(kept["spec"][part], said), f"{body['kind']} {body['metadata']['name']}: {part}"


def contains(kept: Any, said: Any) -> bool:
    """Whether the server keeps what was said; it may add defaults."""
    if isinstance(said, dict):
        return isinstance(kept, dict) and all(key in kept and contains(kept[key], part) for key, part in said.items())
    if isinstance(said, list):
        return len(kept) == len(said) and all(map(contains, kept, said))
    return bool(kept == said)


def weigh(spec: Body) -> None:
    spec["weight"] = 1


def limit_cpu(spec: Body) -> None:
    spec["limits"]["cpu"] = "10"


def forget_duration(spec: Body) -> None:
    del spec["disruption"]["budgets"][1]["duration"]


def empty_zones(spec: Body) -> None:
    spec["template"]["spec"]["requirements"][4]["values"] = []


def host_label(spec: Body) -> None:
    spec["template"]["metadata"]["labels"]["kubernetes.io/hostname"] = "a"


def both_identities(spec: Body) -> None:
    spec["instanceProfile"] = "x"


def no_subnets(spec: Body) -> None:
    spec["subnetSelectorTerms"] = []


def other_family(spec: Body) -> None:
    spec["amiFamily"] = "Bottlerocket"


def no_first_interface(spec: Body) -> None:
    del spec["networkInterfaces"][0]


def odd_disk(spec: Body) -> None:
    spec["blockDeviceMappings"][0]["ebs"]["volumeSize"] = "93Mi"


def count_cpu(spec: Body) -> None:
    spec["capacity"]["cpu"] = "4"


@pytest.mark.parametrize(
    ("kind", "name", "spoil"),
    [
        ("NodePool", "general-always-a", weigh),
        ("NodePool", "general-always-a", limit_cpu),
        ("NodePool", "spot", forget_duration),
        ("NodePool", "general", empty_zones),
        ("NodePool", "general", host_label),
        ("EC2NodeClass", "general", both_identities),
        ("EC2NodeClass", "general", no_subnets),
        ("EC2NodeClass", "general", other_family),
        ("EC2NodeClass", "general", odd_disk),
        ("EC2NodeClass", "h100", no_first_interface),
        ("NodeOverlay", "l4", count_cpu),
    ],
)
def test_the_server_and_check_refuse_the_same(
    api: Api, rendered: dict[tuple[str, str], Body], kind: str, name: str, spoil: Callable[[Body], None]
) -> None:
    body = copy.deepcopy(rendered[kind, name])
    body["metadata"]["name"] = "spoilt"
    api.apply(body, dry_run=True)
    spoil(body["spec"])
    with pytest.raises(Refused):
        api.apply(body, dry_run=True)
    assert findings(body)


def test_a_pool_that_keeps_nodes_never_becomes_one_that_buys(api: Api, rendered: dict[tuple[str, str], Body]) -> None:
    kept = copy.deepcopy(rendered["NodePool", "general-always-a"])
    api.apply(kept)
    del kept["spec"]["replicas"]
    with pytest.raises(Refused, match="Cannot transition NodePool between static"):
        api.apply(kept, dry_run=True)


GPU = {"name": "gpu", "instance": "g6.12xlarge", "zones": ["a"], "nodes": {"max": 4}, "ephemeral": "50Gi"}
CLAIMING = nodes_cluster(
    GENERAL | {"name": "arm"},
    GENERAL,
    GPU,
    devices="dra",
    karpenter=None,
    controllers={"flux": "2.9", "dra-driver-nvidia-gpu": "25.12"},
    quotas={"web": {"accelerators": 4}},
)


def model(name: str, *, replicas: int, count: int) -> ModelServer:
    accelerator = Accelerator(model="l4", count=count, memory="20G")
    return ModelServer(name=name, image=IMAGE, replicas=replicas, accelerator=accelerator)


def test_pods_get_what_they_claim_and_no_more_than_the_quota(lab: Lab, api: Api) -> None:
    # a node has four: the first server takes all, 1 x 2 + 1 x 2; for the second there is neither quota nor room
    app = App(name="shop", team="web", workloads=(model("first", replicas=2, count=2),))
    folders = render(app, cluster=CLAIMING)
    for body in sorted(folders["lab/platform"], key=lambda body: body["kind"] != "Namespace"):
        api.apply(body)
    add_nodes(lab, CLAIMING, {"gpu": 1})
    for body in folders["lab/apps/shop"]:
        api.apply(body)

    def allocated() -> list[Body]:
        claims = api.list("resource.k8s.io/v1", "ResourceClaim", "shop")
        found = [claim for claim in claims if claim.get("status", {}).get("allocation")]
        if len(found) < 2:
            raise NotYet(f"{len(found)} of {len(claims)} claims are allocated")
        return found

    devices = [
        result["device"]
        for claim in wait_for("two claims", allocated, within_s=60)
        for result in claim["status"]["allocation"]["devices"]["results"]
    ]
    assert sorted(devices) == ["gpu-0", "gpu-1", "gpu-2", "gpu-3"]
    template = api.list("resource.k8s.io/v1", "ResourceClaimTemplate", "shop")[0]["spec"]["spec"]
    more = {"apiVersion": "resource.k8s.io/v1", "kind": "ResourceClaim", "spec": template}
    with pytest.raises(Refused, match="exceeded quota"):
        api.create({**more, "metadata": {"name": "more", "namespace": "shop"}})


def findings(body: Body) -> list[str]:
    """What our own check calls broken by the schema or the rules of the kind."""
    inventory = Inventory(manifests=(Manifest(ref=Ref.of(body), body=body),))
    found = check(inventory, clusters=())
    return [one.message for one in found if one.rule in {"SCH001", "SCH004"} and one.status is Status.BROKEN]
