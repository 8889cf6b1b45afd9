"""What may not be said of a training job, and what the plan seats of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from tests.render.words import IMAGE, lab
from tests.spec.repository_of_specs import CLUSTER, Repository

from bayplan import Accelerator, Checkpoints, Resources, Role, Storage, TrainingJob

if TYPE_CHECKING:
    from pathlib import Path

EFS: dict[str, Any] = {"type": "efs", "shared": True}
TENSORFLOW: dict[str, Any] = {"framework": "tensorflow"}


def job(**said: object) -> TrainingJob:
    return TrainingJob.model_validate({"name": "job", "image": IMAGE} | said)


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ({"framework": "jax", "chief": {}}, "jax has no chief, only tensorflow has"),
        ({"parameter_servers": {}}, "pytorch has no parameter servers"),
        ({**TENSORFLOW, "parameter_servers": {"count": 3}}, "3 parameter servers for 2 workers"),
        ({**TENSORFLOW, "evaluator": {"count": 2}}, "2 of evaluator: there can be only one"),
        ({"framework": "mpi", "workers": 1}, "mpi with 1 worker"),
        (
            {"accelerator": {"count": 8}, "processes_per_worker": 3},
            "8 accelerators of a worker cannot be divided among 3",
        ),
        (
            {"accelerator": {"count": 8}, "processes_per_worker": 16},
            "8 accelerators of a worker cannot be divided among 16",
        ),
        ({"framework": "jax", "processes_per_worker": 4}, "4 processes in each worker: jax has one"),
        (
            {"batch_size": 100, "accelerator": {"count": 4}, "workers": 3},
            "batch_size 100 cannot be divided among 12 proc",
        ),
        ({"batch_size": 100, "accelerator": {"count": 4}, "workers": 3}, "Say 96 or 108."),
        ({"batch_size": 64, "workers_min": 1}, "cannot be divided among an unknown number of workers"),
        ({"workers_min": 3}, "workers_min 3 is above workers 2"),
        ({"framework": "jax", "workers_min": 1}, "jax cannot go on with fewer workers"),
        ({"workers_min": 1, "gang": "zone"}, "a gang cannot go on with fewer workers"),
        ({"checkpoints": {"size": "1Gi"}}, "the checkpoints of 2 pods go to one volume that a single machine can use"),
        (
            {**TENSORFLOW, "name": "a" * 30, "workers": 999, "parameter_servers": {"count": 900}},
            "TF_CONFIG names 1900 pods in up to ",
        ),
        ({"checkpoints": {"size": "1Gi", "shared": True, "type": "gp3"}}, "gp3 is a disk"),
        ({"checkpoints": {"size": "1Gi", "shared": True}}, "its type is not said"),
        ({"checkpoints": {"url": "s3://a", "size": "1Gi"}}, "checkpoints in two places: url and size"),
        ({"checkpoints": {"url": "s3://a", "shared": True}}, "shared is of a volume"),
        ({"checkpoints": {"url": "https://me:secret@host/a"}}, "the URL holds credentials"),
        ({"checkpoints": {"url": "models/a"}}, "'models/a' is no place in an object store"),
        ({"checkpoints": {}}, "no place for checkpoints"),
        ({"storage": {"size": "1Gi"}}, "2 pods write to one volume"),
        ({"storage": {"claim": "d"}, "checkpoints": {"claim": "c", "path": "/data"}}, "both lie at /data"),
        ({"deadline": "30s"}, "a deadline of 30s is over before an image is there"),
        ({"deadline": "5m", "checkpoints": {"url": "s3://a", "save_time": "10m"}}, "is not longer than writing one"),
        ({"shared_memory": "1Gi"}, "shared_memory 1Gi leaves nothing of the memory 128Mi"),
        ({"spot": "50%"}, "a training job cannot run on spot in part"),
        ({"env": {"TF_CONFIG": "{}"}}, "TF_CONFIG is told to each pod by what starts it"),
        ({"env": {"PET_NNODES": "3"}}, "PET_NNODES is told to each pod"),
        ({"name": "a" * 40, "workers": 100}, "Take a name of at most 38."),
    ],
)
def test_contradictions_are_told_with_their_numbers(said: dict[str, object], what: str) -> None:
    with pytest.raises(ValidationError) as refused:
        job(**said)
    assert what in str(refused.value)


@pytest.mark.parametrize(
    ("said", "groups"),
    [
        ({"workers": 3, "accelerator": {"count": 2}}, [("", 3, 2)]),
        ({**TENSORFLOW}, [("", 2, 0)]),
        (
            {**TENSORFLOW, "accelerator": {}, "parameter_servers": {"count": 2}, "evaluator": {}},
            [("chief", 1, 0), ("worker", 2, 1), ("ps", 2, 0), ("evaluator", 1, 0)],
        ),
        ({**TENSORFLOW, "chief": {"accelerator": {"count": 2}}}, [("chief", 1, 2), ("worker", 2, 0)]),
    ],
)
def test_each_role_is_a_group(said: dict[str, object], groups: list[tuple[str, int, int]]) -> None:
    found = job(**said).groups
    assert [(one.name, one.pods_max, one.accelerator.count if one.accelerator else 0) for one in found] == groups
    assert {one.pods_min for one in found} == {0}


def test_roles_need_what_a_worker_needs_unless_they_say_it() -> None:
    small = Resources(cpu="2")
    said = job(
        **TENSORFLOW, resources=Resources(memory="9Gi"), parameter_servers=Role(resources=small), evaluator=Role()
    )
    needs = {one.name: one.resources for one in said.groups}
    assert (needs["ps"], needs["evaluator"], needs["chief"]) == (small, said.resources, said.resources)


@given(st.integers(1, 64), st.integers(1, 64))
def test_processes_divide_accelerators_or_are_refused(accelerators: int, processes: int) -> None:
    said: dict[str, Any] = {"accelerator": Accelerator(count=accelerators), "processes_per_worker": processes}
    if accelerators % processes:
        with pytest.raises(ValidationError):
            job(**said)
    else:
        assert job(**said).processes == processes
    assert job(accelerator=Accelerator(count=accelerators)).processes == accelerators
    assert job(framework="jax", accelerator=Accelerator(count=accelerators)).processes == 1


def test_checkpoints_make_it_try_again() -> None:
    kept = Checkpoints(url="s3://models/a")
    assert (job().attempts_more, job(checkpoints=kept).attempts_more, job(retries=1).attempts_more) == (0, 3, 1)


def test_one_pod_may_keep_its_checkpoints_on_a_disk() -> None:
    assert job(workers=1, checkpoints={"size": "1Gi"}).checkpoints == Checkpoints(size="1Gi")
    assert Checkpoints(size="1Gi", **EFS).volume == Storage(size="1Gi", path="/checkpoints", **EFS)


@pytest.mark.parametrize(
    ("framework", "controllers", "lacks"),
    [
        ("pytorch", {}, "job needs jobset, or kubeflow-trainer, which start the pods of pytorch together"),
        ("tensorflow", {}, "job needs jobset, or kubeflow-trainer"),
        ("mpi", {"jobset": "0.12"}, "job needs kubeflow-trainer, which makes the keys"),
        ("tensorflow", {"kubeflow-trainer": "2.3"}, ""),
        ("jax", {"jobset": "0.12"}, ""),
    ],
)
def test_a_framework_needs_a_controller(framework: str, controllers: dict[str, str], lacks: str) -> None:
    cluster = lab(controllers={"flux": "2.9", **controllers})
    found = [wrong.what for wrong in job(framework=framework).missing_on(cluster)]
    assert len(found) == bool(lacks)
    assert lacks in "".join(found)


APP = f"""\
name: shop
team: web
workloads:
  - kind: TrainingJob
    name: train
    image: {IMAGE}
    framework: tensorflow
    checkpoints: {{size: 10Gi, type: fast, shared: true}}
    evaluator: {{accelerator: {{model: l5}}}}
  - kind: Service
    name: web
    image: {IMAGE}
    access: {{callers: [train]}}
"""


def test_clusters_are_asked_for_controllers_classes_and_the_mesh(tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    repository.write("clusters/lab/cluster.yaml", CLUSTER)
    repository.write("apps/shop.yaml", APP)
    said = "\n".join(repository.complaints())
    assert "apps/shop.yaml:4: train needs jobset, or kubeflow-trainer" in said
    assert "apps/shop.yaml:8: cluster lab has no price for fast" in said
    assert "apps/shop.yaml:9: no accelerator is called 'l5'" in said
    assert "train is a TrainingJob, whose pods have no proxy of the mesh: on cluster lab web refuses" in said
