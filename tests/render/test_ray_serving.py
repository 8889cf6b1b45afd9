"""Model servers that Ray Serve answers for: the cluster, who reaches it, how many replicas, when Flux is content."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from tests.render.test_model_servers import DIGEST, server
from tests.render.words import MESHED, PLACE, one

from bayplan.render.flux.health import HEALTH
from bayplan.render.site import Berth, Share
from bayplan.render.workloads.model_server import ModelServer as ModelServerConstruct
from bayplan.validation.cel.compiler import Program
from bayplan.validation.cel.values import CelError

if TYPE_CHECKING:
    import cdk8s
    from syrupy.assertion import SnapshotAssertion

RESNET = {"name": "resnet", "version": "2", "source": f"oci://r.example.com/m@{DIGEST}"}
ON_RAY: dict[str, Any] = {
    "serving": "ray",
    "port": 8000,
    "ray": {"app": "pictures.serve:app", "deployment": "Pictures", "head": {"cpu": "2", "memory": "4Gi"}},
    "resources": {"cpu": "3500m", "memory": "10Gi"},
    "accelerator": {"model": "l4", "count": 2},
    "env": {"MODE": "fast"},
}
SCALED = {"autoscale": {"min": 1, "max": 4, "concurrency": "2.5"}}
SPLIT = replace(
    PLACE,
    site=MESHED,
    shares=(
        Share(part="head", replicas_min=1, replicas_max=1, berth=Berth(pools=("general",), bought=True)),
        Share(part="replica", replicas_min=1, replicas_max=4, berth=Berth(pools=("gpu",))),
    ),
)


def made(chart: cdk8s.Chart, **said: Any) -> list[dict[str, Any]]:
    ModelServerConstruct(chart, workload=server(RESNET, **ON_RAY | said), place=SPLIT)
    bodies: list[dict[str, Any]] = chart.to_json()
    return bodies


def cluster(bodies: list[dict[str, Any]]) -> Any:
    return one(bodies, "RayService")["spec"]["rayClusterConfig"]


def application(bodies: list[dict[str, Any]]) -> Any:
    return yaml.safe_load(one(bodies, "RayService")["spec"]["serveConfigV2"])


def test_a_cluster_whose_replicas_answer_under_the_name_of_the_server(
    chart: cdk8s.Chart, golden: SnapshotAssertion
) -> None:
    bodies = made(chart, **SCALED)
    head, (group,) = cluster(bodies)["headGroupSpec"], cluster(bodies)["workerGroupSpecs"]
    service = one(bodies, "Service")["spec"]
    assert service["selector"].items() <= group["template"]["metadata"]["labels"].items()
    assert not service["selector"].items() <= head["template"]["metadata"]["labels"].items()
    (program,) = group["template"]["spec"]["containers"]
    for port in service["ports"]:
        assert [one["containerPort"] for one in program["ports"] if one["name"] == port["targetPort"]] == [8000]
    assert application(bodies)["http_options"]["port"] == 8000
    assert bodies == golden


def test_each_replica_fills_a_pod_and_none_is_on_the_head(chart: cdk8s.Chart) -> None:
    bodies = made(chart, replicas=3)
    (group,) = cluster(bodies)["workerGroupSpecs"]
    (deployment,) = application(bodies)["applications"][0]["deployments"]
    assert (group["replicas"], group["minReplicas"], group["maxReplicas"]) == (3, 3, 3)
    assert (deployment["num_replicas"], deployment["max_replicas_per_node"]) == (3, 1)
    actor, offered = deployment["ray_actor_options"], group["rayStartParams"]
    assert (str(actor["num_cpus"]), str(actor["num_gpus"])) == (offered["num-cpus"], offered["num-gpus"]) == ("3", "2")
    assert cluster(bodies)["headGroupSpec"]["rayStartParams"]["num-cpus"] == "0"
    assert "enableInTreeAutoscaling" not in cluster(bodies)


def test_ray_moves_replicas_by_what_is_under_way_and_nobody_else_does(chart: cdk8s.Chart) -> None:
    bodies = made(chart, **SCALED)
    (group,) = cluster(bodies)["workerGroupSpecs"]
    (deployment,) = application(bodies)["applications"][0]["deployments"]
    follow = {"min_replicas": 1, "max_replicas": 4, "target_ongoing_requests": 2.5}
    assert deployment["autoscaling_config"] == follow
    assert "replicas" not in group
    assert "num_replicas" not in deployment
    assert not {"HorizontalPodAutoscaler", "ScaledObject"} & {body["kind"] for body in bodies}
    # the autoscaler stands beside the head and asks the API server
    assert cluster(bodies)["headGroupSpec"]["template"]["spec"]["automountServiceAccountToken"] is True
    ports = [
        port["port"]
        for rule in one(bodies, "NetworkPolicy", "answers.pods")["spec"]["egress"]
        for port in rule.get("ports", ())
    ]
    assert ports == [443, 6443]


def test_another_number_of_replicas_is_another_template(chart: cdk8s.Chart) -> None:
    """KubeRay takes a cluster for the same whose numbers alone differ, and leaves it as it is."""
    ModelServerConstruct(chart, "two", workload=server(RESNET, name="two", replicas=2, **ON_RAY), place=SPLIT)
    ModelServerConstruct(chart, "three", workload=server(RESNET, name="three", replicas=3, **ON_RAY), place=SPLIT)
    bodies = chart.to_json()
    notes = [
        one(bodies, "RayService", name)["spec"]["rayClusterConfig"]["workerGroupSpecs"][0]["template"]["metadata"][
            "annotations"
        ]
        for name in ("two", "three")
    ]
    assert notes[0] != notes[1]


def test_its_pods_stay_out_of_the_mesh_where_the_plan_put_them(chart: cdk8s.Chart) -> None:
    bodies = made(chart, replicas=1)
    head = cluster(bodies)["headGroupSpec"]["template"]
    replica = cluster(bodies)["workerGroupSpecs"][0]["template"]
    assert not [body["kind"] for body in bodies if "istio.io" in body["apiVersion"]]
    for template, pool in ((head, "general"), (replica, "gpu")):
        assert template["metadata"]["labels"]["sidecar.istio.io/inject"] == "false"
        affinity = template["spec"]["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
        (term,) = affinity["nodeSelectorTerms"]
        assert {"key": "bayplan.dev/pool", "operator": "In", "values": [pool]} in term["matchExpressions"]
    # nodes that Karpenter bought are not taken from under the one pod that all others need
    assert head["metadata"]["annotations"] == {"karpenter.sh/do-not-disrupt": "true"}


def test_pods_ask_for_what_the_plan_counts(chart: cdk8s.Chart) -> None:
    workload = server(RESNET, **ON_RAY | SCALED)
    replica, head = workload.groups
    bodies = made(chart, **SCALED)
    (program,) = cluster(bodies)["workerGroupSpecs"][0]["template"]["spec"]["containers"]
    assert program["resources"]["requests"]["memory"] == replica.resources.memory
    (kept,) = cluster(bodies)["headGroupSpec"]["template"]["spec"]["containers"]
    beside = cluster(bodies)["autoscalerOptions"]["resources"]["requests"]
    assert (kept["resources"]["requests"]["cpu"], beside["cpu"]) == ("2", "500m")
    assert (head.resources.cpu_millicores, head.resources.memory_mib) == (2500, 4096 + 512)
    # a second cluster stands beside the first, as large as the first may be
    assert (replica.surge, head.surge) == (4, 1)


def judged(status: dict[str, Any] | None) -> str:
    expression = HEALTH["ray.io", "RayService"].expression
    assert expression is not None
    fields = [{"manager": "ray-operator", "subresource": "status"}] if status is not None else []
    told: dict[str, Any] = {"metadata": {"generation": 2, "managedFields": fields}}
    told |= {} if status is None else {"status": status}
    for verdict in ("failed", "current"):
        try:
            if Program(getattr(expression, verdict), frozenset({"metadata", "status"}))(told) is True:
                return verdict
        except (CelError, KeyError):  # as Flux: no answer
            continue
    return "in progress"


READY = {"type": "Ready", "status": "True", "reason": "NonZeroServeEndpoints"}
ALONE = {"type": "UpgradeInProgress", "status": "False", "reason": "NoPendingCluster"}


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (None, "in progress"),
        ({"conditions": [{**READY, "status": "False", "reason": "Initializing"}, ALONE]}, "in progress"),
        ({"observedGeneration": 1, "conditions": [READY, ALONE]}, "in progress"),
        ({"observedGeneration": 2, "conditions": [READY, {**ALONE, "status": "True"}]}, "in progress"),
        ({"observedGeneration": 2, "conditions": [READY, ALONE]}, "current"),
        ({"conditions": [{**READY, "status": "False", "reason": "ValidationFailed"}]}, "failed"),
        ({"observedGeneration": 2, "conditions": [{**READY, "status": "False"}, ALONE]}, "in progress"),
    ],
)
def test_flux_waits_until_the_new_cluster_answers_alone(status: dict[str, Any] | None, verdict: str) -> None:
    assert judged(status) == verdict
