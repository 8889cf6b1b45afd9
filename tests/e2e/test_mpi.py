"""A rendered MPI job on real Open MPI: `mpirun` starts a process on each host, and all find what was said."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from tests.e2e.loopback import FRAMEWORKS
from tests.e2e.scene import ROOT
from tests.e2e.teams import synthesise
from tests.render.training_pods import pods_of

from bayplan.manifests.read import read_tree

if TYPE_CHECKING:
    from tests.render.training_pods import Pod

    from bayplan.lab.api import Body

CLUSTER = """\
name: yard
region: us-east-1
kubernetes: "1.37"
controllers: {flux: "2.9", jobset: "0.12", kubeflow-trainer: "2.3"}
source: {url: "https://git.example.com/platform/fleet"}
pools:
  - {name: general, instance: m7i.4xlarge, zones: [a], nodes: {min: 1, max: 8}}
"""
SSH = """\
#!/bin/bash
# stands in for ssh: runs here what it would run there, in an environment of its own, as sshd would make it
while [[ $1 == -* ]]; do [[ $1 == -o ]] && shift; shift; done
host=$1; shift
exec env -i PATH="$PATH" HOME=/tmp HOSTED_BY="$host" sh -c "$*"
"""
HOST_FILE = "/etc/mpi/hostfile"
"""Where Trainer mounts the list of hosts: pkg/constants/constants.go, 2.3.0."""


@pytest.fixture(scope="module")
def bodies(tmp_path_factory: pytest.TempPathFactory) -> list[Body]:
    """What is rendered."""
    if not (FRAMEWORKS / "bin/mpirun").is_file():
        failed = FRAMEWORKS.parent / "frameworks.failed"
        pytest.skip(failed.read_text() if failed.is_file() else "no Open MPI: run python -m tools.frameworks")
    root = tmp_path_factory.mktemp("repository")
    job = {
        "kind": "TrainingJob",
        "name": "sum",
        "image": "registry.example.com/a/sum:v1@sha256:" + "3f" * 32,
        "framework": "mpi",
        "workers": 3,
        "batch_size": 12,
        "checkpoints": {"url": "s3://models/a"},
        "command": ["mpirun", f"{FRAMEWORKS}/bin/python"],
        "args": [f"{ROOT}/tests/e2e/programs/mpi_sum.py"],
    }
    app = {"name": "school", "team": "a", "workloads": [job]}
    for path, text in {"apps/school.yaml": yaml.safe_dump(app), "clusters/yard/cluster.yaml": CLUSTER}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    synthesise(root)
    return [dict(one.body) for one in read_tree(root / "dist").inventory.manifests if "metadata" in one.body]


@pytest.fixture(scope="module")
def pods(bodies: list[Body]) -> list[Pod]:
    """The launcher and the other workers, as Trainer completes them."""
    return pods_of(bodies, "sum")


@pytest.fixture(scope="module")
def told(bodies: list[Body], pods: list[Pod], tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """What each process prints."""
    folder = tmp_path_factory.mktemp("launcher")
    (folder / "bin").mkdir()
    (folder / "bin/ssh").write_text(SSH)
    (folder / "bin/ssh").chmod(0o700)
    (folder / "hostfile").write_text("".join(f"{pod.host} slots=1\n" for pod in pods))
    (trainer,) = [one["spec"]["trainer"] for one in bodies if one["kind"] == "TrainJob"]
    (launcher,) = [pod for pod in pods if pod.role == "launcher"]
    here = {
        "PATH": f"{folder}/bin:{FRAMEWORKS}/bin:/usr/bin:/bin",
        "HOME": str(folder),
        "OMPI_ALLOW_RUN_AS_ROOT": "1",
        "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
    }
    env = {key: value.replace(HOST_FILE, f"{folder}/hostfile") for key, value in launcher.env.items()}
    done = subprocess.run(
        [*trainer["command"], *trainer["args"]],
        env={**env, **here},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def test_a_process_runs_on_each_host_and_all_meet(pods: list[Pod], told: list[dict[str, Any]]) -> None:
    assert sorted(one["host"] for one in told) == sorted(pod.host for pod in pods)
    assert {(one["size"], one["sum"]) for one in told} == {(3, 6)}


def test_each_process_finds_what_the_job_says(told: list[dict[str, Any]]) -> None:
    found = {(one["checkpoints"], one["batch"]) for one in told}
    ((checkpoints, batch),) = found
    assert checkpoints.startswith("s3://models/a")
    assert batch == "4"
