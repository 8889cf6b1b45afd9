"""The name of what runs once: a new one for whatever changes what runs, the same for all else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.render.words import BARE, IMAGE

from bayplan import Accelerator, Resources, Service, Storage
from bayplan.render.content_hash import content_hash, content_name, once_metadata

if TYPE_CHECKING:
    from bayplan.spec.workloads.workload import Workload

DECIDING: dict[str, list[Any]] = {
    "image": [IMAGE, "registry.example.com/team/program:v2"],
    "command": [(), ("run",), ("run", "x")],
    "args": [(), ("a", "b"), ("b", "a"), ("ab",)],
    "env": [{}, {"A": "1"}, {"A": "1", "B": ""}],
    "resources": [Resources(), Resources(cpu="2"), Resources(memory="1Gi"), Resources(others={"example.com/fpga": 1})],
    "accelerator": [None, Accelerator(), Accelerator(model="l4"), Accelerator(model="l4", count=2)],
    "storage": [None, Storage(claim="data"), Storage(claim="data", path="/in")],
}
PLACING: dict[str, list[Any]] = {
    "architecture": ["amd64", "arm64", "any"],
    "near": [(), ("web",)],
    "apart": [(), ("shop/web",)],
    "priority": ["critical", "normal", "low"],
    "spot": [None, "50%"],
}
DECIDED = st.fixed_dictionaries({word: st.sampled_from(values) for word, values in DECIDING.items()})
PLACED = st.fixed_dictionaries({word: st.sampled_from(values) for word, values in PLACING.items()})


def job(name: str = "job", **said: object) -> Workload:
    # any workload will do: the hash knows no kinds
    return Service.model_validate({"name": name, "image": IMAGE, "replicas": 1} | said)


@settings(max_examples=150, deadline=None)
@given(DECIDED, PLACED, PLACED)
def test_where_and_when_change_no_name(what: dict[str, Any], here: dict[str, Any], there: dict[str, Any]) -> None:
    assert content_name(job(**what, **here)) == content_name(job(**what, **there))


@settings(max_examples=150, deadline=None)
@given(DECIDED, DECIDED)
def test_what_runs_and_the_name_say_the_same(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert (one == other) == (content_name(job(**one)) == content_name(job(**other)))


@given(st.permutations(["A", "B", "C"]))
def test_the_order_of_settings_changes_no_name(names: list[str]) -> None:
    assert content_hash(job(env=dict.fromkeys(names, ""))) == content_hash(job(env={"A": "", "B": "", "C": ""}))


def test_a_default_that_is_written_out_changes_no_name() -> None:
    assert content_hash(job(resources=Resources(cpu="0.1", memory="128Mi"))) == content_hash(job())


def test_where_a_volume_lies_changes_no_name() -> None:
    made, placed = Storage(size="1Gi"), Storage(size="1Gi", type="gp3", zone="a")
    assert content_hash(job(storage=made)) == content_hash(job(storage=placed))


def test_a_volume_may_grow_under_what_runs() -> None:
    assert content_hash(job(storage=Storage(size="1Gi"))) == content_hash(job(storage=Storage(size="2Gi")))
    assert content_hash(job(storage=Storage(size="1Gi"))) != content_hash(job(storage=Storage(claim="a")))
    assert content_hash(job(storage=Storage(size="1Gi"))) != content_hash(job())


def test_a_kind_may_leave_out_words_of_its_own() -> None:
    one, other = job(port=80), job(port=81)
    assert content_hash(one) != content_hash(other)
    assert content_hash(one, besides=["port"]) == content_hash(other, besides=["port"])


def test_names_of_today_are_those_of_tomorrow() -> None:
    """Another hash for the same words would run every job of every user again."""
    said = {"args": ("--epochs", "3"), "resources": Resources(cpu="2", memory="4Gi"), "env": {"B": "2", "A": "1"}}
    assert content_name(job("train", **said)) == "train-991c7450"


def test_flux_makes_it_once_and_keeps_it() -> None:
    metadata = once_metadata(job("train"), BARE)
    assert metadata["name"].startswith("train-")
    assert metadata["annotations"] == {
        "kustomize.toolkit.fluxcd.io/prune": "disabled",
        "kustomize.toolkit.fluxcd.io/ssa": "IfNotPresent",
    }
    assert "kueue.x-k8s.io/queue-name" not in metadata["labels"]
