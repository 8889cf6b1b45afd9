"""Trials of a program, as KubeRay and Ray Tune run them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from tests.render.words import BARE, IMAGE, MESHED, PLACE, kinds, one
from tests.schema.judges import conform

from bayplan import Accelerator, Resources, Search, StopEarly, TuningJob
from bayplan.render.site import Berth, Place, Share, Site
from bayplan.render.workloads.tuning_job import TuningJob as Construct

if TYPE_CHECKING:
    from pathlib import Path

    import cdk8s
    from syrupy.assertion import SnapshotAssertion

TUNE = TuningJob(
    name="tune",
    image=IMAGE,
    command=["python", "/app/train.py"],
    args=["--epochs", "4"],
    space={"lr": Search(low=0.0001, high=0.1, log=True), "opt": Search(choices=["adam", "sgd"])},
    metric="loss",
    goal="min",
    trials=20,
    at_once=4,
    stop_early=StopEarly(after=2, reports=8),
    resources=Resources(cpu="3500m", memory="10Gi"),
    accelerator=Accelerator(model="l4", count=2),
)
SPLIT = Place(
    site=MESHED,
    shares=(
        Share(part="head", replicas_min=0, replicas_max=1, berth=Berth(pools=("general",))),
        Share(part="submitter", replicas_min=0, replicas_max=1, berth=Berth(pools=("general",))),
        Share(part="trial", replicas_min=0, replicas_max=4, berth=Berth(pools=("gpu",))),
    ),
)


def made(chart: cdk8s.Chart, place: Place, job: TuningJob = TUNE) -> list[dict[str, Any]]:
    Construct(chart, workload=job, place=place)
    bodies: list[dict[str, Any]] = chart.to_json()
    return bodies


def pods(spec: dict[str, Any]) -> dict[str, dict[str, Any]]:
    cluster = spec["rayClusterSpec"]
    (trial,) = cluster["workerGroupSpecs"]
    head, submitter = cluster["headGroupSpec"]["template"], spec["submitterPodTemplate"]
    return {"head": head, "trial": trial["template"], "submitter": submitter}


def test_trials_with_accelerators_each(chart: cdk8s.Chart, golden: SnapshotAssertion) -> None:
    bodies = made(chart, SPLIT)
    spec = one(bodies, "RayJob")["spec"]
    assert not {"suspend", "ttlSecondsAfterFinished"} & spec.keys()
    one(bodies, "ConfigMap")["data"].pop("search.py")
    assert bodies == golden


def test_the_schema_of_kuberay_takes_it(chart: cdk8s.Chart, tmp_path: Path) -> None:
    (tmp_path / "made.yaml").write_text(yaml.safe_dump_all(made(chart, PLACE)), encoding="utf-8")
    verdicts = conform([tmp_path / "made.yaml"], kubernetes="1.37")
    assert [one.message for one in verdicts if one.status != "statusValid"] == []


def test_pods_ask_for_what_the_plan_counts_where_it_put_them(chart: cdk8s.Chart) -> None:
    found = pods(one(made(chart, SPLIT), "RayJob")["spec"])
    for group in TUNE.groups:
        spec = found[group.name]["spec"]
        (asked,) = (container["resources"]["requests"] for container in spec["containers"])
        assert (asked["cpu"], asked["memory"]) == (group.resources.cpu, group.resources.memory)
        assert ("nvidia.com/gpu" in asked) == (group.name == "trial")
        assert ("gpu" in str(spec["affinity"])) == (group.name == "trial")


def test_each_trial_has_a_pod_of_its_own(chart: cdk8s.Chart) -> None:
    bodies = made(chart, SPLIT)
    asked = json.loads(one(bodies, "ConfigMap")["data"]["search.json"])
    cluster = one(bodies, "RayJob")["spec"]["rayClusterSpec"]
    (trial,) = cluster["workerGroupSpecs"]
    params = trial["rayStartParams"]
    assert (str(asked["cpus"]), str(asked["gpus"])) == (params["num-cpus"], params["num-gpus"]) == ("3", "2")
    assert asked["at_once"] == trial["replicas"] == trial["minReplicas"] == trial["maxReplicas"]
    assert cluster["headGroupSpec"]["rayStartParams"]["num-cpus"] == "0"


def test_the_program_that_asks_for_trials_can_be_read(chart: cdk8s.Chart) -> None:
    data = one(made(chart, SPLIT), "ConfigMap")["data"]
    compile(data["search.py"], "search.py", "exec")
    assert "${" not in data["search.py"] + data["search.json"], "Flux would replace it"
    assert json.loads(data["search.json"])["command"] == ["python", "/app/train.py", "--epochs", "4"]


def test_who_is_in_no_mesh_has_no_policies_of_it(chart: cdk8s.Chart) -> None:
    found = kinds(made(chart, SPLIT))
    assert found == ["ConfigMap", "NetworkPolicy", "NetworkPolicy", "RayJob", "ServiceAccount"]


def test_its_pods_talk_to_each_other_and_the_operator_to_the_head(chart: cdk8s.Chart) -> None:
    policy = one(made(chart, SPLIT), "NetworkPolicy", "tune.pods")["spec"]
    own, operator = policy["ingress"]
    assert "ports" not in own
    assert operator["ports"] == [{"protocol": "TCP", "port": 8265}]
    assert operator["from"][0]["podSelector"]["matchLabels"] == {"app.kubernetes.io/component": "kuberay-operator"}


@pytest.mark.parametrize("kind", ["RayJob", "ConfigMap"])
def test_both_are_made_once_and_named_alike(chart: cdk8s.Chart, kind: str) -> None:
    metadata = one(made(chart, Place(site=Site(app="shop", team="web", queue="web"))), kind)["metadata"]
    assert metadata["annotations"]["kustomize.toolkit.fluxcd.io/ssa"] == "IfNotPresent"
    assert metadata["name"].startswith("tune-")


def test_it_waits_in_the_queue_of_its_team(chart: cdk8s.Chart) -> None:
    body = one(made(chart, Place(site=Site(app="shop", team="web", queue="web"))), "RayJob")
    assert body["metadata"]["labels"]["kueue.x-k8s.io/queue-name"] == "web"


def test_without_room_it_is_not_made(chart: cdk8s.Chart) -> None:
    assert "RayJob" not in kinds(made(chart, Place(site=BARE, waits=True)))
