"""What holds for every training job: its name says what runs, and its pods form one cluster."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.render.training_pods import Pod, pods_of
from tests.render.words import BARE, IMAGE, PLACE

from bayplan import Accelerator, Checkpoints, Resources, Role, Storage, TrainingJob
from bayplan.render.api_object import written
from bayplan.render.site import Berth, Place
from bayplan.render.training.run import run_of, runtime_of

HERE = Place(site=BARE)
THERE = replace(PLACE, site=replace(BARE, queue="web"), berth=Berth(pools=("gpu",), zones=("a",), resource="x/y"))
TRAINER = replace(HERE, site=replace(BARE, trainer=True))

WHAT: dict[str, list[Any]] = {
    "image": [IMAGE, "registry.example.com/team/program:v2"],
    "command": [(), ("torchrun", "a.py")],
    "env": [{}, {"A": "1"}],
    "resources": [Resources(memory="8Gi"), Resources(memory="9Gi")],
    "workers": [2, 3],
    "accelerator": [None, Accelerator(count=2)],
    "checkpoints": [None, Checkpoints(url="s3://a/b"), Checkpoints(url="s3://a/c")],
    "shared_memory": [None, "1Gi"],
    "run": ["", "again"],
}
WHERE: dict[str, list[Any]] = {
    "retries": [None, 5],
    "deadline": [None, "1h"],
    "gang": [None, "zone", "network"],
    "storage": [Storage(size=size, type="efs", shared=True) for size in ("1Gi", "2Gi")],
    "priority": ["normal", "critical"],
    "spot": [None, "100%"],
    "near": [(), ("web",)],
    "architecture": ["amd64", "any"],
}
WHATS = st.fixed_dictionaries({word: st.sampled_from(values) for word, values in WHAT.items()})
WHERES = st.fixed_dictionaries({word: st.sampled_from(values) for word, values in WHERE.items()})
ROLES = st.none() | st.builds(Role, accelerator=st.none() | st.builds(Accelerator, count=st.integers(1, 4)))
SERVERS = st.none() | st.builds(Role, count=st.integers(1, 3))


def job(**said: object) -> TrainingJob:
    return TrainingJob.model_validate({"name": "train", "image": IMAGE} | said)


def name_of(said: TrainingJob, place: Place = HERE) -> str:
    return str(run_of(said, place)["metadata"]["name"])


def pods(said: TrainingJob, place: Place = HERE) -> list[Pod]:
    runtime = runtime_of(said, place)
    return pods_of([written(body) for body in (run_of(said, place), runtime) if body], "train")


@settings(max_examples=60, deadline=None)
@given(WHATS, WHERES, WHERES, st.sampled_from([HERE, THERE, TRAINER]), st.sampled_from([HERE, THERE, TRAINER]))
def test_another_place_is_the_same_job(
    what: dict[str, Any], here: dict[str, Any], there: dict[str, Any], one: Place, other: Place
) -> None:
    assert name_of(job(**what, **here), one) == name_of(job(**what, **there), other)


def test_a_volume_of_checkpoints_may_grow() -> None:
    kept = [
        Checkpoints(size=size, type="efs", shared=True, save_time=time) for size, time in (("1Gi", "1m"), ("9Gi", "2m"))
    ]
    assert name_of(job(checkpoints=kept[0])) == name_of(job(checkpoints=kept[1]))


@settings(max_examples=60, deadline=None)
@given(WHATS, st.sampled_from(sorted(WHAT)), st.data())
def test_every_word_that_says_what_runs_makes_another_job(what: dict[str, Any], word: str, data: st.DataObject) -> None:
    changed = data.draw(st.sampled_from([value for value in WHAT[word] if value != what[word]]))
    assert name_of(job(**what)) != name_of(job(**what | {word: changed}))


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 5), ROLES, SERVERS, ROLES)
def test_tensorflow_is_told_one_cluster(
    workers: int, chief: Role | None, servers: Role | None, evaluator: Role | None
) -> None:
    if servers and servers.count > workers:
        servers = Role(count=workers)
    said = job(framework="tensorflow", workers=workers, chief=chief, parameter_servers=servers, evaluator=evaluator)
    found = pods(said)
    configs = [json.loads(pod.env["TF_CONFIG"]) for pod in found]
    assert len({json.dumps(config["cluster"]) for config in configs}) == 1
    tasks = [(config["task"]["type"], config["task"]["index"]) for config in configs]
    assert tasks == [(pod.role, pod.number) for pod in found]
    cluster = configs[0]["cluster"]
    inside = [pod for pod in found if pod.role != "evaluator"]
    assert {role: len(hosts) for role, hosts in cluster.items()} == {
        role: sum(pod.role == role for pod in inside) for role in cluster
    }
    assert all(cluster[pod.role][pod.number] == f"{pod.host}:2222" for pod in inside)
    assert ("ps" in cluster) <= ("chief" in cluster)
    assert len(found) == said.pods == sum(group.pods_max for group in said.groups)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 5), st.integers(1, 8), st.sampled_from([HERE, TRAINER]))
def test_torchrun_is_told_one_cluster_by_either_controller(workers: int, accelerators: int, place: Place) -> None:
    found = pods(job(workers=workers, accelerator=Accelerator(count=accelerators)), place)
    assert [pod.env["PET_NODE_RANK"] for pod in found] == [str(number) for number in range(workers)]
    same = {tuple(pod.env[f"PET_{one}"] for one in ("NNODES", "NPROC_PER_NODE", "MASTER_ADDR")) for pod in found}
    assert same == {(str(workers), str(accelerators), found[0].host)}


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 5), st.sampled_from([HERE, TRAINER]))
def test_jax_is_told_one_cluster_by_either_controller(workers: int, place: Place) -> None:
    found = pods(job(framework="jax", workers=workers), place)
    assert [pod.env["JAX_PROCESS_ID"] for pod in found] == [str(number) for number in range(workers)]
    same = {(pod.env["JAX_NUM_PROCESSES"], pod.env["JAX_COORDINATOR_ADDRESS"]) for pod in found}
    assert same == {(str(workers), f"{found[0].host}:29500")}


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(["pytorch", "jax", "tensorflow"]), st.integers(1, 40), st.integers(1, 1000))
def test_names_of_pods_are_such_as_kubernetes_takes(framework: str, length: int, workers: int) -> None:
    try:
        said = job(name="a" * length, framework=framework, workers=workers)
    except ValueError:
        assert length > 30
        return
    name = name_of(said)
    role, most = ("worker" if framework == "tensorflow" else "node"), workers - 1
    assert len(f"{name}-{role}-0-{most}-abcde") <= 63


def test_names_of_today_are_those_of_tomorrow() -> None:
    """Another hash for the same words would run every job of every user again."""
    assert name_of(job(workers=3, accelerator=Accelerator(count=2), run="2")) == "train-3a7a2951"
