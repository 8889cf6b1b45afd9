"""Accelerators that pods claim: what is asked for, by which class, and that nothing is asked for twice."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pytest
import re2  # type: ignore[import-untyped]
from tests.render.node_words import GENERAL, nodes_cluster
from tests.render.words import IMAGE, one, render

from bayplan import Accelerator, App, ModelServer, Service
from bayplan.spec.claims import claim_on, device_classes
from bayplan.spec.variants import machines_of

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

L4 = {"name": "gpu", "instance": "g6.12xlarge", "zones": ["a"], "nodes": {"max": 4}}
CUT = {"name": "a100", "instance": "p4d.24xlarge", "zones": ["b"], "nodes": {"max": 4}, "mig": {"1g.5gb": 7}}
WORDS: dict[str, Any] = {
    "devices": "dra",
    "controllers": {"flux": "2.9", "dra-driver-nvidia-gpu": "25.12"},
    "quotas": {"web": {"accelerators": 6}},
    "karpenter": None,
}
APP = App(
    name="shop",
    team="web",
    workloads=(
        Service(name="web", image=IMAGE),
        ModelServer(name="model", image=IMAGE, accelerator=Accelerator(model="l4", count=2, memory="20G")),
        ModelServer(name="twin", image=IMAGE, accelerator=Accelerator(model="l4", count=2, memory="20G")),
        ModelServer(name="small", image=IMAGE, accelerator=Accelerator(slice="1g.5gb")),
    ),
)
SOLD = {
    "a100": ["NVIDIA A100-SXM4-40GB", "NVIDIA A100-SXM4-80GB"],
    "a10g": ["NVIDIA A10G"],
    "b200": ["NVIDIA B200"],
    "b300": ["NVIDIA B300 SXM6 AC"],
    "h100": ["NVIDIA H100 80GB HBM3"],
    "h200": ["NVIDIA H200"],
    "l4": ["NVIDIA L4"],
    "l40s": ["NVIDIA L40S"],
    "rtx-pro-4500": ["NVIDIA RTX PRO 4500 Blackwell"],
    "rtx-pro-server-6000": ["NVIDIA RTX PRO 6000 Blackwell Server Edition"],
    "t4": ["Tesla T4"],
    "t4g": ["NVIDIA T4G"],
    "v100": ["Tesla V100-SXM2-32GB"],
}
"""Product names: as karpenter-provider-aws 1.15.1 has read them off EC2's machines, and of NVIDIA's pages."""
INSTANCES = {
    "a100": "p4d.24xlarge", "a10g": "g5.xlarge", "b200": "p6-b200.48xlarge", "b300": "p6-b300.48xlarge",
    "h100": "p5.48xlarge", "h200": "p5en.48xlarge", "l4": "g6.xlarge", "l40s": "g6e.xlarge",
    "rtx-pro-server-6000": "g7e.2xlarge", "t4": "g4dn.xlarge", "t4g": "g5g.xlarge", "v100": "p3dn.24xlarge",
}  # fmt: skip


@lru_cache
def made() -> dict[str, list[dict[str, Any]]]:
    cluster = nodes_cluster(GENERAL, GENERAL | {"name": "arm"}, L4, CUT, **WORDS)
    return dict(render(APP, cluster=cluster))


def pod(name: str) -> dict[str, Any]:
    return dict(one(made()["lab/apps/shop"], "Deployment", name)["spec"]["template"]["spec"])


def test_classes_and_templates(golden: SnapshotAssertion) -> None:
    bodies = [body for folder in made().values() for body in folder]
    assert [body for body in bodies if body["apiVersion"] == "resource.k8s.io/v1"] == golden


def test_pods_claim_and_ask_for_nothing_by_name() -> None:
    spec = pod("model")
    template = one(made()["lab/apps/shop"], "ResourceClaimTemplate", "claim-2-l4-17165mi")
    assert spec["resourceClaims"] == [
        {"name": "accelerators", "resourceClaimTemplateName": template["metadata"]["name"]}
    ]
    (container,) = spec["containers"]
    assert container["resources"]["claims"] == [{"name": "accelerators"}]
    assert "nvidia.com/gpu" not in container["resources"]["requests"] | container["resources"]["limits"]
    assert "resourceClaims" not in pod("web")


def test_equal_claims_share_a_template() -> None:
    assert pod("model")["resourceClaims"] == pod("twin")["resourceClaims"]


def test_slices_are_claimed_by_their_profile() -> None:
    assert pod("small")["resourceClaims"][0]["resourceClaimTemplateName"] == "claim-1-mig-1g.5gb"


def test_a_quota_counts_claims_by_class() -> None:
    assert one(made()["lab/platform"], "ResourceQuota")["spec"]["hard"] == {
        "l4.bayplan.dev.deviceclass.resource.k8s.io/devices": "6"
    }


def test_any_of_several_models_will_do() -> None:
    cluster = nodes_cluster(L4, L4 | {"name": "more", "instance": "g5.xlarge"}, **WORDS)
    claim = claim_on(cluster, machines_of(cluster).values(), "nvidia.com/gpu", Accelerator())
    assert claim is not None
    assert claim.name == "claim-1-a10g-l4"


@pytest.mark.parametrize("model", INSTANCES)
def test_a_class_takes_the_products_of_its_model_and_no_other(model: str) -> None:
    pool = {"name": "gpu", "instance": INSTANCES[model], "zones": ["a"], "nodes": {"max": 1}}
    ((name, expression),) = device_classes(nodes_cluster(pool, **WORDS)).items()
    assert name == f"{model}.bayplan.dev"
    pattern = expression.partition("matches(r'")[2].removesuffix("')")
    taken = {known for known, products in SOLD.items() for one in products if re2.search(pattern, one.lower())}
    assert taken == {model}
