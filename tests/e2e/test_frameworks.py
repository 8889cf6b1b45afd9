"""Real frameworks train from what is rendered: they find each other, learn, are killed, and go on where they were."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml
from tests.e2e.loopback import FRAMEWORKS, Machine, pods_of
from tests.e2e.scene import ROOT

from bayplan import pipeline
from bayplan.manifests.read import read_tree

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

PROGRAMS = ROOT / "tests/e2e/programs"
CLUSTER = """\
name: yard
region: us-east-1
kubernetes: "1.37"
controllers: {flux: "2.9", jobset: "0.12"}
source: {url: "https://git.example.com/platform/fleet"}
storage: {efs: "0.30"}
pools:
  - {name: general, instance: m7i.4xlarge, zones: [a], nodes: {min: 1, max: 8}}
"""
IMAGE = "registry.example.com/a/b:v1@sha256:" + "3f" * 32
STEPS, PAUSE_S = 12, 0.3
ROLES: Mapping[str, dict[str, Any]] = {
    "pytorch-workers": {"framework": "pytorch", "command": ["torchrun", f"{PROGRAMS}/pytorch_workers.py"]},
    "jax-processes": {"framework": "jax", "command": ["python", f"{PROGRAMS}/jax_processes.py"]},
    "tensorflow-workers": {"framework": "tensorflow", "command": ["python", f"{PROGRAMS}/tensorflow_workers.py"]},
    "tensorflow-servers": {
        "framework": "tensorflow",
        "command": ["python", f"{PROGRAMS}/tensorflow_servers.py"],
        "parameter_servers": {"count": 1},
    },
}
"""What an author writes, by name of the workload."""


@pytest.fixture(scope="module")
def job_sets(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, dict[str, Any]]:
    """Every job as it is rendered for a cluster, by name of its workload."""
    root = tmp_path_factory.mktemp("repository")
    workload = {
        "kind": "TrainingJob",
        "image": IMAGE,
        "workers": 2,
        "env": {"STEPS": str(STEPS), "PAUSE_S": str(PAUSE_S)},
        "checkpoints": {"size": "10Gi", "type": "efs", "shared": True},
    }
    app = {
        "name": "school",
        "team": "a",
        "workloads": [{**workload, "name": name, **said} for name, said in ROLES.items()],
    }
    for path, text in {"apps/school.yaml": yaml.safe_dump(app), "clusters/yard/cluster.yaml": CLUSTER}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    platform = pipeline.load(root, lambda *_: None)
    pipeline.synth(platform, pipeline.place(platform, lambda *_: None), (root / "dist",), lambda *_: None)
    found = {
        one.body["metadata"]["labels"]["app.kubernetes.io/name"]: dict(one.body)
        for one in read_tree(root / "dist").inventory.manifests
        if one.ref.kind == "JobSet"
    }
    assert found.keys() == ROLES.keys()
    return found


@pytest.fixture
def machine(
    request: pytest.FixtureRequest, job_sets: Mapping[str, dict[str, Any]], tmp_path: Path
) -> Iterator[Machine]:
    """The pods of one job, none of them started."""
    if not (FRAMEWORKS / ".installed").is_file():
        failed = FRAMEWORKS.parent / "frameworks.failed"
        pytest.skip(failed.read_text() if failed.is_file() else "no frameworks: run python -m tools.frameworks")
    made = Machine(pods=pods_of(job_sets[request.param]), volumes=tmp_path / "volumes")
    yield made
    made.kill()


@pytest.mark.parametrize("machine", ROLES, indirect=True)
def test_a_job_trains_is_killed_and_goes_on_from_its_checkpoint(machine: Machine) -> None:
    machine.start("first")
    machine.wait_for(r"^from 0\b", within_s=300)
    machine.wait_for(r"^step 3$", within_s=120)
    machine.kill()
    machine.start("second")
    machine.wait_for(r"^from [1-9][0-9]*\b", within_s=300)
    machine.wait_for(rf"^done {STEPS}\b", within_s=120)
    machine.wait_for_end(within_s=60)


@pytest.mark.parametrize("machine", ["pytorch-workers"], indirect=True)
def test_all_workers_take_part(machine: Machine) -> None:
    machine.start("first")
    machine.wait_for(r"^from 0 rank 0 of 2", within_s=300)
    machine.wait_for(r"^from 0 rank 1 of 2", within_s=60)
