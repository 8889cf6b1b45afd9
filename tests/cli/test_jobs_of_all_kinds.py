"""Jobs and workspaces of an app, through `bayplan synth`: planned, rendered, and without a finding."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from tests.cli.repository import EAST, Repository

if TYPE_CHECKING:
    from pathlib import Path

DIGEST = "@sha256:" + "3f" * 32
APP = f"""\
name: data
team: data
externals:
  - {{kind: ConfigMap, name: hadoop, keys: [core-site.xml, hdfs-site.xml], why: the data team}}
  - {{kind: HDFS, name: lake, address: ["namenode.example.com:8020", "datanode.example.com:9866"]}}
  - {{kind: Secret, name: lake-s3, keys: [key, secret], why: the data team}}
workloads:
  - {{kind: BatchJob, name: clean, image: "r.example.com/clean:v1{DIGEST}", schedule: "30 2 * * *"}}
  - {{kind: BatchJob, name: score, image: "r.example.com/score:v1{DIGEST}", parts: 4, at_once: 2}}
  - kind: SparkJob
    name: label
    image: r.example.com/spark:v1{DIGEST}
    file: local:///opt/app/label.py
    schedule: "0 1 * * *"
    resources: {{cpu: 1, memory: 3Gi}}
    hadoop: hadoop
    s3: {{region: us-east-1, access_key: "lake/s3#key", secret_key: "lake/s3#secret"}}
  - {{kind: SparkJob, name: once, image: "r.example.com/spark:v1{DIGEST}", file: "local:///opt/app/once.py"}}
  - kind: TuningJob
    name: tune
    image: r.example.com/tune:v1{DIGEST}
    command: [python, /app/train.py]
    space: {{lr: {{low: 0.001, high: 0.1, log: true}}, optimizer: {{choices: [adam, sgd]}}}}
    metric: loss
    goal: min
  - kind: Workspace
    name: notebook
    image: r.example.com/jupyter:v1{DIGEST}
    owner: ada@example.com
    storage: {{size: 20Gi}}
    sign_in: {{host: ada.example.com, issuer: "https://id.example.com", keys: "https://id.example.com/keys"}}
"""
KINDS = {"CronJob", "Job", "RayJob", "ScheduledSparkApplication", "SparkApplication"}


@pytest.fixture(scope="module")
def jobs(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    root: Path = tmp_path_factory.mktemp("jobs")
    made = Repository(root)
    made.write("apps/data.yaml", APP)
    controllers = 'controllers: {spark-operator: "2.5", kuberay: "1.6", kueue: "0.19", '
    cluster = EAST.replace("controllers: {", controllers).replace("max: 6", "max: 12")
    queue = "queues: {data: {guaranteed: {cpu: 8, memory: 32Gi}}}\n"
    made.write("clusters/east/cluster.yaml", f'{cluster}storage: {{gp3: "0.08"}}\n{queue}')
    return made


def test_they_are_rendered_without_a_finding(jobs: Repository) -> None:
    told = jobs.run("synth", "--json")
    assert told.returncode == 0, told.stdout + told.stderr
    assert json.loads(told.stdout)["findings"] == []
    names = {path.name.partition(".")[0] for path in (jobs.root / "dist/east/apps/data").iterdir()}
    assert names >= KINDS


def test_another_run_makes_one_other_job_and_no_other_file(jobs: Repository) -> None:
    before = jobs.bytes_of("dist/east/apps/data")
    jobs.change("apps/data.yaml", "name: once,", "name: once, run: again,")
    assert jobs.run("synth", "--allow-deletions").returncode == 0
    after = jobs.bytes_of("dist/east/apps/data")
    kinds = {path.rpartition("/")[2].partition("-")[0] for path in before.keys() ^ after.keys()}
    assert kinds == {"SparkApplication.once"}
