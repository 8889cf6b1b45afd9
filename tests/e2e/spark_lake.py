"""A data lake: Spark jobs in a queue, synced by Flux to a lab with the real Kueue and the real Spark operator."""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

import yaml
from tests.e2e.loopback import FRAMEWORKS
from tests.e2e.scene import ROOT
from tests.e2e.teams import open_written, synthesise

from bayplan.lab.delivery import deliver, redirect
from bayplan.lab.furnish import bootstrap, kubectl
from bayplan.lab.reconcile import await_ready, fetch
from bayplan.lab.wait import NotYet, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tests.e2e.teams import Teams

    from bayplan.lab.api import Api, Body
    from bayplan.lab.delivery import Checkout

PACKAGES = FRAMEWORKS / "lib/python3.11/site-packages"
SPARK = "sparkoperator.k8s.io/v1beta2"
NAMESPACE = "lake"
NODES = {"general": 2, "l4": 3}
CLUSTER = """\
name: lab
region: eu-central-1
kubernetes: "1.37"
controllers: {flux: "2.9", kueue: "0.19", spark-operator: "2.5"}
source: {url: https://git.example.com/platform/fleet}
pools:
  - {name: general, instance: m7i.2xlarge, zones: [a], nodes: {min: 1, max: 2}}
  - {name: l4, instance: g6.xlarge, zones: [a], nodes: {max: 4}}
queues:
  lake: {guaranteed: {general: {cpu: 8, memory: 6Gi}, l4: 4}, pools: [general, l4]}
"""
EXTERNALS = [
    {"kind": "ConfigMap", "name": "hdfs", "keys": ["core-site.xml", "hdfs-site.xml"], "why": "the platform's"},
    {"kind": "HDFS", "name": "warehouse", "address": ["namenode.example.com:8020"], "why": "the lake"},
    {"kind": "Secret", "name": "store", "keys": ["access", "secret"], "why": "made by hand"},
]
JOB = {
    "kind": "SparkJob",
    "image": "registry.example.com/lake/label:v1@sha256:" + "1f" * 32,
    "file": f"local://{ROOT}/tests/e2e/programs/spark_labels.py",
    "spark": "4.3.0",
    "resources": {"cpu": "2", "memory": "8Gi"},
    "accelerator": {"count": 1},
    "executors": 1,
    "retries": 0,
}
"""Executors on nodes with accelerators, drivers on others."""
STATE_S = 180
"""A spark-submit takes seconds, and on a busy machine a minute."""


class Lake:
    """The lab and its jobs."""

    def __init__(self, teams: Teams, checkout: Checkout) -> None:
        self.teams, self.api, self.checkout = teams, teams.api, checkout

    def render(self, *jobs: Mapping[str, object]) -> None:
        """Synth the app with these jobs, push, and have Flux bring them."""
        write(self.teams.root, jobs)
        synthesise(self.teams.root)
        there = self.checkout.path / "dist"
        shutil.rmtree(there)
        shutil.copytree(self.teams.root / "dist", there)
        (source,) = (there / "lab" / "flux").glob("GitRepository.*.yaml")
        redirect(source, self.teams.lab.layout.repository_url)
        commit = self.checkout.push("Other jobs")
        fetch(self.api, commit)
        await_ready(self.api, commit, within_s=60)

    def runs(self, job: str) -> list[Body]:
        """The SparkApplications of a job."""
        return self.api.list(SPARK, "SparkApplication", NAMESPACE, labels=f"app.kubernetes.io/name={job}")

    def await_state(self, job: str, state: str) -> Body:
        """A run of a job that has come so far."""

        def there() -> Body:
            runs = {one.get("status", {}).get("applicationState", {}).get("state", ""): one for one in self.runs(job)}
            if state not in runs:
                raise NotYet(f"its runs are {sorted(runs)}")
            return runs[state]

        return wait_for(f"{job} to be {state}", there, within_s=STATE_S)

    def pods(self, job: str, role: str) -> list[Body]:
        """Drivers or executors of a job."""
        return self.api.list("v1", "Pod", NAMESPACE, labels=f"app.kubernetes.io/name={job},spark-role={role}")

    def end(self, job: str, code: int) -> None:
        """The driver of a job ends, as its kubelet would say."""
        (driver,) = self.pods(job, "driver")
        ended = {"exitCode": code, "reason": "Error" if code else "Completed"}
        (container,) = driver["status"]["containerStatuses"]
        status = {
            "phase": "Failed" if code else "Succeeded",
            "containerStatuses": [{**container, "ready": False, "started": False, "state": {"terminated": ended}}],
        }
        self.api.patch("v1", "Pod", driver["metadata"]["name"], NAMESPACE, {"status": status}, sub="status")

    @contextmanager
    def driving(self, job: str, folder: Path) -> Iterator[Path]:
        """The driver of a job as a process here, with its pod's arguments and its account's rights; yields its log."""
        (driver,) = self.pods(job, "driver")
        folders = {"/opt/spark/conf": folder / "conf", "/opt/spark/pod-template": folder / "template"}
        for volume, mount in mounted(driver):
            if mount in folders:
                unpack(self.api, volume["configMap"], folders[mount])
        (container,) = driver["spec"]["containers"]
        words = [word.replace("/opt/spark/conf", str(folders["/opt/spark/conf"])) for word in container["args"][1:]]
        (template,) = folders["/opt/spark/pod-template"].iterdir()
        layout = self.teams.lab.layout
        here = {
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.driver.host": "127.0.0.1",
            "spark.kubernetes.authenticate.caCertFile": str(layout.path / "ca.pem"),
            "spark.kubernetes.authenticate.oauthToken": kubectl(
                self.teams.lab, "create", "token", "-n", NAMESPACE, driver["spec"]["serviceAccountName"]
            ).strip(),
            "spark.kubernetes.executor.podTemplateFile": str(template),
            "spark.kubernetes.submitInDriver": "false",  # it looks for no token of a pod
            "spark.master": f"k8s://{layout.server}",
            "spark.ui.enabled": "false",
        }
        settings = [word for key, value in here.items() for word in ("--conf", f"{key}={value}")]
        java = layout.path / "operators" / "spark-operator" / "java"
        with (folder / "driver.log").open("w") as log:
            process = subprocess.Popen(
                [PACKAGES / "pyspark/bin/spark-submit", "--deploy-mode", "client", *settings, *words],
                env={
                    **os.environ,
                    "JAVA_HOME": str(java),
                    "SPARK_HOME": str(PACKAGES / "pyspark"),
                    "HOME": str(folder),
                },
                cwd=folder,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
            try:
                yield folder / "driver.log"
            finally:
                process.terminate()
                process.wait()


def mounted(pod: Body) -> Iterator[tuple[Body, str]]:
    """Volumes of a pod's only container, and where each is."""
    volumes = {one["name"]: one for one in pod["spec"]["volumes"]}
    (container,) = pod["spec"]["containers"]
    return ((volumes[one["name"]], one["mountPath"]) for one in container["volumeMounts"])


def unpack(api: Api, source: Body, folder: Path) -> None:
    """Write the files of a ConfigMap, as a kubelet does."""
    found = api.get("v1", "ConfigMap", source["name"], NAMESPACE)
    assert found is not None
    folder.mkdir()
    for item in source["items"]:
        (folder / item["path"]).write_text(found["data"][item["key"]])


def write(root: Path, jobs: tuple[Mapping[str, object], ...]) -> None:
    """The repository."""
    app = {"name": NAMESPACE, "team": NAMESPACE, "externals": EXTERNALS, "workloads": [{**JOB, **one} for one in jobs]}
    for file, text in {"clusters/lab/cluster.yaml": CLUSTER, "apps/lake.yaml": yaml.safe_dump(app)}.items():
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        (root / file).write_text(text)


@contextmanager
def open_lake(root: Path, *jobs: Mapping[str, object]) -> Iterator[Lake]:
    """The lab, with what the app does not make itself, and Flux that reads the repository."""
    write(root, jobs)
    with open_written(root, "spark", NODES) as teams:
        made: tuple[Body, ...] = (
            {"kind": "Namespace", "metadata": {"name": NAMESPACE}},
            {"kind": "ConfigMap", "data": {"core-site.xml": "<configuration/>", "hdfs-site.xml": "<configuration/>"}},
            {"kind": "Secret", "stringData": {"access": "a", "secret": "s"}},
        )
        for body, name in zip(made, (NAMESPACE, "hdfs", "store"), strict=True):
            about = {"name": name} | ({} if body["kind"] == "Namespace" else {"namespace": NAMESPACE})
            teams.api.apply({"apiVersion": "v1", **body, "metadata": about}, manager="somebody")
        cluster = teams.platform.clusters[0]
        checkout = deliver(teams.lab.layout, cluster, teams.root / "dist")
        bootstrap(teams.lab, cluster, checkout)
        commit = checkout.git("rev-parse", "HEAD")
        fetch(teams.api, commit)
        await_ready(teams.api, commit, within_s=120)
        yield Lake(teams, checkout)
