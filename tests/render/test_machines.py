"""Replicas that take several machines: groups for the plan, a LeaderWorkerSet for the cluster."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from tests.render.test_model_servers import LLAMA, server
from tests.render.words import IMAGE, PLACE, lab, one

from bayplan import App, Model
from bayplan.placement.pose import pose
from bayplan.render.flux.health import health_checks
from bayplan.render.site import Berth, Place
from bayplan.render.workloads.model_server import ModelServer as ModelServerConstruct
from bayplan.spec.platform import Platform

if TYPE_CHECKING:
    from pathlib import Path

    import cdk8s
    from syrupy.assertion import SnapshotAssertion

    from bayplan import ModelServer

TWO = {"llm": {"context": 8192, "requests": 16, "pipeline": 2}, "accelerator": {"model": "l4", "count": 4}}


def render(chart: cdk8s.Chart, place: Place = PLACE, **said: Any) -> list[dict[str, Any]]:
    ModelServerConstruct(chart, workload=server(LLAMA, **TWO | said), place=place)
    made: list[dict[str, Any]] = chart.to_json()
    return made


def members(made: list[dict[str, Any]]) -> tuple[dict[str, Any], dict[str, Any]]:
    group = one(made, "LeaderWorkerSet")["spec"]["leaderWorkerTemplate"]
    return group["leaderTemplate"], group["workerTemplate"]


def test_a_group_of_machines(chart: cdk8s.Chart, golden: SnapshotAssertion) -> None:
    made = render(chart, replicas=2, access={"callers": ["web"]}, args=["--enforce-eager"])
    leader, worker = members(made)
    args = [one["spec"]["containers"][0]["args"] for one in (leader, worker)]
    assert args[0][-4:] == [
        "--nnodes=2",
        "--node-rank=$(LWS_WORKER_INDEX)",
        "--master-addr=$(VLLM_HOST_IP)",
        "--enforce-eager",
    ]
    assert args[1][-3:] == ["--master-addr=$(LWS_LEADER_ADDRESS)", "--headless", "--enforce-eager"]
    assert args[0][0] == args[1][0] == "/models/llama"
    # only the leader answers
    assert one(made, "Service")["spec"]["selector"].items() <= leader["metadata"]["labels"].items()
    assert not one(made, "Service")["spec"]["selector"].items() <= worker["metadata"]["labels"].items()
    assert "readinessProbe" not in worker["spec"]["containers"][0]
    assert made == golden


def test_copies_on_machines_of_their_own(chart: cdk8s.Chart) -> None:
    llm = {"context": 8192, "requests": 16, "data": 2}
    leader, worker = (one["spec"]["containers"][0]["args"] for one in members(render(chart, llm=llm)))
    assert {"--data-parallel-size=2", "--data-parallel-size-local=1", "--max-num-seqs=8"} <= {*leader, *worker}
    assert "--data-parallel-start-rank=$(LWS_WORKER_INDEX)" in worker
    assert "--data-parallel-start-rank=$(LWS_WORKER_INDEX)" not in leader


def test_who_is_in_a_group_talks_past_the_mesh_and_to_nobody_else(chart: cdk8s.Chart) -> None:
    made = render(chart)
    leader, worker = (one["metadata"] for one in members(made))
    assert leader["annotations"]["traffic.sidecar.istio.io/includeInboundPorts"] == "8080"
    assert leader["annotations"]["traffic.sidecar.istio.io/includeOutboundPorts"] == "80,7000"
    assert worker["labels"]["sidecar.istio.io/inject"] == "false"
    own = [{"podSelector": {"matchLabels": {"app.kubernetes.io/name": "answers"}}}]
    policy = one(made, "NetworkPolicy")["spec"]
    assert {"from": own} in policy["ingress"]
    assert {"to": own} in policy["egress"]


def test_groups_stand_where_the_plan_seats_them(chart: cdk8s.Chart) -> None:
    made = render(chart, replace(PLACE, berth=Berth(pools=("gpu",), zones=("z1",))))
    for member in members(made):
        terms = member["spec"]["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
        [required] = terms["nodeSelectorTerms"]
        found = {each["key"]: each["values"] for each in required["matchExpressions"]}
        assert (found["bayplan.dev/pool"], found["topology.kubernetes.io/zone"]) == (["gpu"], ["z1"])
        # spread as single pods are, a group would be torn apart
        assert "topologySpreadConstraints" not in member["spec"]


def test_an_autoscaler_moves_groups(chart: cdk8s.Chart) -> None:
    made = render(chart, autoscale={"min": 1, "max": 3})
    assert one(made, "HorizontalPodAutoscaler")["spec"]["scaleTargetRef"]["kind"] == "LeaderWorkerSet"
    assert "replicas" not in one(made, "LeaderWorkerSet")["spec"]


def test_flux_waits_until_groups_run(chart: cdk8s.Chart) -> None:
    [check] = [each for each in health_checks(render(chart)) if each["kind"] == "LeaderWorkerSet"]
    assert "'Available'" in check["current"]


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ({"replicas": 1}, (2, 2, 2, "zone")),
        ({"autoscale": {"min": 1, "max": 3}, "gang": "network"}, (2, 6, 2, "network")),
    ],
)
def test_all_groups_are_a_gang_for_the_plan(
    tmp_path: Path, said: dict[str, Any], asked: tuple[int, int, int, str]
) -> None:
    app = App(name="shop", team="web", models=(Model(**LLAMA),), workloads=(server(LLAMA, **TWO | said),))
    cluster = lab(controllers={"flux": "2.9", "lws": "0.9"})
    [demand] = pose(Platform(root=tmp_path, apps=(app,), clusters=(cluster,)), cluster).demands
    assert (demand.pods_min, demand.pods_max, demand.surge, demand.gang) == asked


def test_what_fits_into_one_machine_is_no_group() -> None:
    made: ModelServer = server(LLAMA, **TWO | {"llm": {"context": 1, "requests": 1, "tensor": 2, "pipeline": 2}})
    assert made.machines == 1
    assert [group.name for group in made.groups] == [""]
    assert made.image == IMAGE
