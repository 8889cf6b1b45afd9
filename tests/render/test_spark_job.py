"""A Spark job, as the operator runs it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import pytest
import yaml
from tests.render.words import BARE, IMAGE, MESHED, PLACE, kinds, one
from tests.schema.judges import conform

from bayplan import Accelerator, ObjectStore, Resources, SparkJob
from bayplan.manifests.manifest import Manifest
from bayplan.manifests.ref import Ref
from bayplan.render.site import Berth, Place, Share, Site
from bayplan.render.spark.settings import spark_settings
from bayplan.render.workloads.spark_job import SparkJob as Construct
from bayplan.spec.amount import mebibytes, millicores
from bayplan.spec.cluster import Taint
from bayplan.validation.templates.spark import application

if TYPE_CHECKING:
    from pathlib import Path

    import cdk8s
    from syrupy.assertion import SnapshotAssertion

LABEL = SparkJob(
    name="label",
    image=IMAGE,
    file="local:///opt/app/label.py",
    args=["s3a://lake/in", "s3a://lake/out"],
    env={"MODE": "fast"},
    resources=Resources(cpu="3500m", memory="7Gi", ephemeral="10Gi"),
    executors=2,
    executors_max=6,
    hadoop="hadoop",
    s3=ObjectStore(
        endpoint="http://minio.example.com:9000",
        path_style=True,
        access_key="lake/s3#key",
        secret_key="lake/s3#secret",  # noqa: S106 - its name
    ),
    settings={"spark.sql.shuffle.partitions": "400"},
)
NIGHT = SparkJob(
    name="night", image=IMAGE, file="s3a://lake/app.jar", main_class="a.B", schedule="30 2 * * *", retries=1
)
SPLIT = Place(
    site=MESHED,
    shares=(
        Share(part="driver", replicas_min=0, replicas_max=1, berth=Berth(pools=("general",))),
        Share(
            part="executor", replicas_min=0, replicas_max=6, berth=Berth(pools=("spot",), taints=(Taint(key="spot"),))
        ),
    ),
)


def made(chart: cdk8s.Chart, job: SparkJob, place: Place) -> list[dict[str, Any]]:
    Construct(chart, workload=job, place=place)
    bodies: list[dict[str, Any]] = chart.to_json()
    return bodies


def test_once_with_stores_and_changing_executors(chart: cdk8s.Chart, golden: SnapshotAssertion) -> None:
    bodies = made(chart, LABEL, SPLIT)
    spec = one(bodies, "SparkApplication")["spec"]
    assert not {"suspend", "timeToLiveSeconds"} & spec.keys()
    assert bodies == golden


def test_by_schedule_without_a_mesh(chart: cdk8s.Chart, golden: SnapshotAssertion) -> None:
    bodies = made(chart, NIGHT, Place(site=BARE))
    assert "prune" not in str(one(bodies, "ScheduledSparkApplication")["metadata"].get("annotations"))
    assert bodies == golden


def test_the_schemas_of_the_operator_take_them(chart: cdk8s.Chart, tmp_path: Path) -> None:
    bodies = made(chart, LABEL, PLACE) + made(chart, NIGHT, SPLIT)
    (tmp_path / "made.yaml").write_text(yaml.safe_dump_all(bodies), encoding="utf-8")
    verdicts = conform([tmp_path / "made.yaml"], kubernetes="1.37")
    assert [one.message for one in verdicts if one.status != "statusValid"] == []


@pytest.mark.parametrize("job", [LABEL, LABEL.model_copy(update={"overhead": "77%"})])
def test_pods_ask_for_what_the_plan_counts(chart: cdk8s.Chart, job: SparkJob) -> None:
    """By the eyes of `bayplan check`, which computes what Spark asks for on its own."""
    body = one(made(chart, job, PLACE), "SparkApplication")
    owner, nothing_else = Manifest(ref=Ref.of(body), body=body), cast("Any", None)
    for pod, group in zip(application(owner, nothing_else), job.groups, strict=True):
        (asked,) = (part.body["resources"]["requests"] for part in pod.written if part.role == "container")
        assert mebibytes(asked["memory"]) == group.resources.memory_mib
        assert millicores(asked["cpu"]) == group.resources.cpu_millicores


def test_driver_and_executors_stand_where_the_plan_put_each(chart: cdk8s.Chart) -> None:
    spec = one(made(chart, LABEL, SPLIT), "SparkApplication")["spec"]
    assert "tolerations" not in spec["driver"]
    assert spec["executor"]["tolerations"] == [{"key": "spot", "operator": "Exists", "effect": "NoSchedule"}]
    assert "general" in str(spec["driver"]["affinity"])
    assert "spot" in str(spec["executor"]["affinity"])


def test_accelerators_are_those_of_the_executors(chart: cdk8s.Chart) -> None:
    job = LABEL.model_copy(update={"accelerator": Accelerator(model="l4", count=2)})
    spec = one(made(chart, job, PLACE), "SparkApplication")["spec"]
    assert spec["executor"]["gpu"] == {"name": "nvidia.com/gpu", "quantity": 2}
    assert "gpu" not in spec["driver"]
    assert "nvidia.com/gpu" not in str(spec["executor"]["template"])


def test_only_the_driver_may_ask_the_api_server_and_it_ends_in_time(chart: cdk8s.Chart) -> None:
    spec = one(made(chart, NIGHT, Place(site=BARE)), "ScheduledSparkApplication")["spec"]["template"]
    driver, executor = (spec[role]["template"]["spec"] for role in ("driver", "executor"))
    assert (driver["automountServiceAccountToken"], driver["activeDeadlineSeconds"]) == (True, 12 * 3600)
    assert not {"automountServiceAccountToken", "activeDeadlineSeconds"} & executor.keys()


def test_its_pods_reach_each_other_past_the_proxy_and_nobody_else(chart: cdk8s.Chart) -> None:
    bodies = made(chart, LABEL, SPLIT)
    policy = one(bodies, "NetworkPolicy", "label.pods")["spec"]
    assert [port["port"] for port in policy["ingress"][0]["ports"]] == [7078, 7079]
    assert [port["port"] for port in policy["egress"][1]["ports"]] == [443, 6443, 9000]
    annotations = one(bodies, "SparkApplication")["spec"]["executor"]["annotations"]
    assert annotations["traffic.sidecar.istio.io/excludeInboundPorts"] == "7078,7079"
    assert annotations["sidecar.istio.io/nativeSidecar"] == "true"


def test_credentials_are_named_never_written(chart: cdk8s.Chart) -> None:
    spec = one(made(chart, LABEL, SPLIT), "SparkApplication")["spec"]
    assert {"name": "AWS_ACCESS_KEY_ID", "valueFrom": {"secretKeyRef": {"name": "lake-s3", "key": "key"}}} in spec[
        "executor"
    ]["env"]


def test_the_settings_are_those_that_spark_submit_gets(chart: cdk8s.Chart) -> None:
    found = spark_settings(one(made(chart, LABEL, SPLIT), "SparkApplication"))
    assert found["spark.hadoop.fs.s3a.endpoint"] == "http://minio.example.com:9000"
    assert found["spark.dynamicAllocation.shuffleTracking.enabled"] == "true"
    assert (found["spark.executor.memory"], found["spark.executor.memoryOverhead"]) == ("5120m", "2048m")
    assert found["spark.sql.shuffle.partitions"] == "400"


def test_without_room_it_is_not_made(chart: cdk8s.Chart) -> None:
    assert "SparkApplication" not in kinds(made(chart, LABEL, Place(site=BARE, waits=True)))


def test_in_a_queue_each_pod_says_its_whole_memory_in_the_one_field_that_kueue_counts_whole(chart: cdk8s.Chart) -> None:
    place = replace(PLACE, site=replace(PLACE.site, queue="lake"))
    body = one(made(chart, LABEL, place), "SparkApplication")
    executor, pods = (
        body["spec"]["executor"],
        list(application(Manifest(ref=Ref.of(body), body=body), cast("Any", None))),
    )
    assert executor["memoryLimit"] == "7168m"
    assert not {"memory", "memoryOverhead"} & executor.keys()
    conf = spark_settings(body)
    assert [conf[f"spark.executor.{key}"] for key in ("memory", "memoryOverhead")] == ["5120m", "2048m"]
    assert {pod.containers[0].body["resources"]["requests"]["memory"] for pod in pods} == {"2048Mi", "7168Mi"}


def test_runs_by_schedule_wait_in_the_queue(chart: cdk8s.Chart) -> None:
    body = one(made(chart, NIGHT, Place(site=Site(app="shop", team="web", queue="web"))), "ScheduledSparkApplication")
    assert body["metadata"]["labels"]["kueue.x-k8s.io/queue-name"] == "web"
