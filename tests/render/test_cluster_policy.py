"""What the GPU operator is told of a cluster: only what follows from its pools, merged into the chart's policy."""

from __future__ import annotations

from typing import Any

import cdk8s
import pytest
from tests.render.node_words import CUT, GENERAL, SHARED, nodes_cluster, nodes_plan
from tests.render.words import one

from bayplan.manifests.manifest import Manifest
from bayplan.manifests.ref import Ref
from bayplan.render.platform.nodes import build_nodes
from bayplan.validation.schema.judge import judge

OPERATOR = {"flux": "2.9", "gpu-operator": "26.7"}
CLAIMS = OPERATOR | {"dra-driver-nvidia-gpu": "25.12"}
LAYOUTS = {"enabled": True, "config": {"name": "bayplan-mig-layouts", "default": "all-disabled"}}
WAYS = {"config": {"name": "bayplan-device-plugin", "default": "whole"}}
WHOLE = {"name": "l4", "instance": "g6.12xlarge", "zones": ["a"], "nodes": {"max": 4}}


def platform(*pools: dict[str, Any], **said: Any) -> list[dict[str, Any]]:
    words: dict[str, Any] = {"controllers": OPERATOR, "karpenter": None} | said
    plain = [{key: word for key, word in pool.items() if key != "upkeep"} for pool in pools]
    cluster = nodes_cluster(GENERAL, *plain, **words)
    chart = cdk8s.Testing.chart()
    build_nodes(chart, cluster, nodes_plan())
    return list(chart.to_json())


@pytest.mark.parametrize(
    ("pools", "said", "spec"),
    [
        ([CUT], {}, {"mig": {"strategy": "mixed"}, "migManager": LAYOUTS, "devicePlugin": {}}),
        ([SHARED], {}, {"devicePlugin": WAYS}),
        ([CUT, SHARED], {}, {"mig": {"strategy": "mixed"}, "migManager": LAYOUTS, "devicePlugin": WAYS}),
        ([WHOLE], {"devices": "dra", "controllers": CLAIMS}, {"devicePlugin": {"enabled": False}}),
    ],
    ids=["cut", "shared", "both", "claimed"],
)
def test_the_policy_says_what_follows_from_the_pools(
    pools: list[dict[str, Any]], said: dict[str, Any], spec: dict[str, Any]
) -> None:
    body = one(platform(*pools, **said), "ClusterPolicy", "cluster-policy")
    assert {part: words for part, words in body["spec"].items() if words or part == "devicePlugin"} == spec
    manifest = Manifest(ref=Ref.of(body), body=body)
    assert [code for code, _ in judge(manifest, kubernetes="1.37")] == []


def test_flux_merges_it_into_the_policy_of_the_chart_and_never_deletes_that() -> None:
    metadata = one(platform(CUT), "ClusterPolicy")["metadata"]
    assert "labels" not in metadata
    assert metadata["annotations"]["kustomize.toolkit.fluxcd.io/ssa"] == "Merge"
    assert metadata["annotations"]["kustomize.toolkit.fluxcd.io/prune"] == "disabled"


@pytest.mark.parametrize(("pool", "controllers"), [(WHOLE, OPERATOR), (CUT, {"flux": "2.9"})])
def test_there_is_none_where_the_chart_says_it_all_or_is_not_there(
    pool: dict[str, Any], controllers: dict[str, str]
) -> None:
    assert [body for body in platform(pool, controllers=controllers) if body["kind"] == "ClusterPolicy"] == []


def test_what_a_newer_operator_knows_is_no_mistake() -> None:
    body = one(platform(CUT), "ClusterPolicy")
    body["spec"]["cdi"] = {"enabled": True, "nriPluginEnabled": True}
    assert list(judge(Manifest(ref=Ref.of(body), body=body), kubernetes="1.37")) == []
    body["spec"]["mig"]["strategy"] = "mixd"
    assert [code for code, _ in judge(Manifest(ref=Ref.of(body), body=body), kubernetes="1.37")] == ["SCH001"]
