"""Models and who holds them: what contradicts itself is told with its line and its numbers, what fits is a sum."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bayplan import App, Llm, Model, ModelServer
from bayplan.placement.pose import pose
from bayplan.spec.load import load
from bayplan.spec.model_memory import Need, need_of

if TYPE_CHECKING:
    from tests.spec.repository_of_specs import Repository

COMMIT = "0e9e39f249a16976918f6564b8830bc894c89659"
SHAPE: dict[str, Any] = {"layers": 32, "heads": 32, "kv_heads": 8, "head_size": 128}
LLAMA: dict[str, Any] = {
    "name": "llama", "version": "3.1-8b", "source": "hf://meta-llama/Llama-3.1-8B", "revision": COMMIT,
    "parameters": "8B", **SHAPE,
}  # fmt: skip
GPUS = """\
  - {name: l4, instance: g6.12xlarge, zones: [a], nodes: {max: 2}}
  - {name: h100, instance: p5.48xlarge, zones: [a], nodes: {max: 1}}
"""
CHAT = """\
name: chat
team: language
models:
  - {model}
workloads:
  - kind: ModelServer
    name: answers
    image: registry.example.com/vllm:v0.22.0
    {said}
"""
MODEL = (
    f"{{name: llama, version: 3.1-8b, source: 'hf://meta-llama/Llama-3.1-8B', revision: {COMMIT}, parameters: 8B,"
    " layers: 32, heads: 32, kv_heads: 8, head_size: 128}"
)
SERVED = "model: llama:3.1-8b\n    llm: {context: 8192, requests: 16}\n    accelerator: {model: l4}"


def write(repository: Repository, said: str, model: str = MODEL) -> None:
    file = repository.root / "clusters/lab/cluster.yaml"
    file.write_text(file.read_text() + GPUS)
    repository.write("apps/chat.yaml", CHAT.replace("{model}", model).replace("{said}", said))


FULL = (
    ":10: llama:3.1-8b does not fit: each accelerator needs 39.0 GB, l4 of cluster lab has 23.9 GB; weights 16.0 GB + "
    "cache (8192 tokens x 16 requests x 32 layers x 8 heads x 128 x 2 x 2 bytes) 17.2 GB + activations 0.9 GB + "
    "CUDA 1.1 GB = 35.1 GB, of which 90 % may be used Take h100, or lower context or requests."
)
WRONG = {
    "branch": (
        MODEL.replace(f" revision: {COMMIT},", ""),
        SERVED,
        ":4: hf://meta-llama/Llama-3.1-8B without a revision",
    ),
    "no source": (MODEL.replace("hf://", "ftp://"), SERVED, "is no source of a model"),
    "climbs": (MODEL.replace("hf://meta-llama/Llama-3.1-8B", "s3://bucket/../x"), SERVED, "is no source of a model"),
    "bucket": (MODEL.replace("hf://meta-llama/Llama-3.1-8B", "s3://b-1/x"), SERVED, ":4: s3:// has no revisions"),
    "too small": (
        MODEL.replace("parameters: 8B", "parameters: 8B, size: 5G"),
        SERVED,
        ":4: 8B parameters in bfloat16 take 16.0 GB, size says 5G",
    ),
    "heads": (MODEL.replace("kv_heads: 8", "kv_heads: 7"), SERVED, ":4: 32 heads are no multiple of 7 kv_heads"),
    "another": (
        MODEL,
        SERVED.replace("3.1-8b", "3.1-9b"),
        ":9: no model is called 'llama:3.1-9b' Did you mean \"llama:3.1-8b\"?",
    ),
    "no version": (MODEL, SERVED.replace(":3.1-8b", ""), ":9: model: 'llama' names no version of a model"),
    "no shape": (
        MODEL.replace(" layers: 32,", ""),
        SERVED,
        ":9: what llama:3.1-8b keeps of each token is not known Say layers",
    ),
    "no model": (MODEL, SERVED.replace("model: llama:3.1-8b\n    ", ""), ":9: a language model without its model"),
    "no accelerator": (MODEL, SERVED.partition("\n    acc")[0], ":10: a language model without accelerators"),
    "tensor": (
        MODEL,
        SERVED.replace("l4}", "l4, count: 3}"),
        ":10: 32 attention heads of llama:3.1-8b do not divide by tensor 3",
    ),
    "tensor over machines": (
        MODEL,
        SERVED.replace("16}", "16, tensor: 16}").replace("l4}", "l4, count: 4}"),
        ":10: tensor 16, but a machine has 4 of its accelerators Say tensor: 4 and pipeline: 4",
    ),
    "parts of a machine": (
        MODEL,
        SERVED.replace("16}", "16, tensor: 2, pipeline: 3}").replace("l4}", "l4, count: 4}"),
        ":10: tensor 2 x pipeline 3 x data 1 = 6 accelerators are no multiple of the 4 of one machine",
    ),
    "stages": (MODEL, SERVED.replace("16}", "16, pipeline: 33}"), ":10: pipeline 33 is more than the 32 layers"),
    "GPUs of a machine": (
        MODEL,
        SERVED.replace("l4}", "l4, count: 8}"),
        ":10: 8 accelerators of one replica stand in one machine, those of cluster lab have 4",
    ),
    "does not fit": (
        MODEL,
        SERVED,
        FULL,
    ),
    "slice": (
        MODEL,
        SERVED.replace("{model: l4}", '{slice: "3g.40gb"}').replace("requests: 16", "requests: 32"),
        ":11: llama:3.1-8b needs 58.1 GB of a slice, 3g.40gb has 39.9 GB: weights 16.0 GB",
    ),
    "disk": (
        MODEL,
        SERVED + "\n    resources: {ephemeral: 10Gi}",
        ":12: llama:3.1-8b is fetched onto the machine's disk and has 16.0 GB, ephemeral is 10Gi",
    ),
    "canary of nobody": (
        MODEL,
        SERVED + "\n    canary: {to: answer, share: 10%}",
        ":12: no model server of the app is called",
    ),
    "own canary": (MODEL, SERVED + "\n    canary: {to: answers, share: 10%}", ":12: 'answers' is its own canary"),
    "all of it": (
        MODEL,
        SERVED + "\n    canary: {to: next, share: 100%}",
        ":12: share: a canary that gets everything is none",
    ),
}


@pytest.mark.parametrize(("model", "said", "told"), WRONG.values(), ids=WRONG.keys())
def test_what_cannot_be_is_told_with_its_numbers(repository: Repository, model: str, said: str, told: str) -> None:
    write(repository, said, model)
    assert [complaint for complaint in repository.complaints() if told in complaint], repository.complaints()


def test_a_model_that_fits_is_taken(repository: Repository) -> None:
    write(repository, SERVED.replace("requests: 16", "requests: 2"))
    assert load(repository.root).apps[0].workloads[0].groups[0].accelerator.memory_mib > 20_000  # type: ignore[union-attr]


def test_the_plan_takes_only_accelerators_that_hold_the_model(repository: Repository) -> None:
    write(repository, SERVED.replace("{model: l4}", "{}"))
    platform = load(repository.root)
    [demand] = pose(platform, platform.clusters[0]).demands
    need = need_of(Model(**LLAMA), Llm(context=8192, requests=16), 1)
    assert need is not None
    assert demand.accelerator_memory_mib == need.mib > 24 * 10**9 // 2**20


@pytest.mark.parametrize(
    ("said", "seconds"),
    [({"size": "16G"}, 280), ({}, 280), ({"size": "16G", "rate": "1G"}, 136), ({"rate": "3M"}, 5454)],
)
def test_a_start_takes_as_long_as_its_files_do(said: dict[str, Any], seconds: int) -> None:
    server = {"kind": "ModelServer", "name": "answers", "image": "vllm:1", "model": "llama:3.1-8b", "accelerator": {}}
    app = App.model_validate({"name": "chat", "team": "a", "models": [LLAMA | said], "workloads": [server]})
    [one] = app.workloads
    assert isinstance(one, ModelServer)
    assert one.seconds_to_load == seconds
    assert one.model_copy(update={"port": 80}).held == one.held


SIZES = st.fixed_dictionaries(
    {
        "context": st.integers(1, 10**6), "requests": st.integers(1, 1000), "parameters": st.integers(1, 10**6),
        "layers": st.integers(1, 200), "heads": st.sampled_from([8, 64, 128]), "head_size": st.integers(1, 512),
    }
)  # fmt: skip


def needed(size: dict[str, int], accelerators: int = 1, **said: object) -> Need:
    shape: dict[str, Any] = {word: size[word] for word in ("layers", "heads", "head_size")}
    model = Model(**LLAMA | {"parameters": f"{size['parameters']}M", "kv_heads": None} | shape)
    llm = Llm.model_validate({"context": size["context"], "requests": size["requests"], **said})
    need = need_of(model, llm, accelerators)
    assert need is not None
    return need


@given(SIZES, st.sampled_from(["context", "requests", "parameters", "layers", "head_size"]), st.integers(1, 100))
def test_more_of_anything_never_takes_less_memory(size: dict[str, int], word: str, more: int) -> None:
    assert needed(size | {word: size[word] + more}).mib >= needed(size).mib


@given(SIZES, st.sampled_from([2, 4, 8]))
def test_more_accelerators_never_need_more_memory_each(size: dict[str, int], accelerators: int) -> None:
    alone = needed(size).mib
    assert needed(size, accelerators).mib <= alone
    assert needed(size, pipeline=accelerators).mib <= alone
    assert needed(size, cache="fp8").mib <= alone


@given(SIZES, st.integers(1, 99))
def test_the_less_of_the_memory_may_be_used_the_more_is_needed(size: dict[str, int], percent: int) -> None:
    assert needed(size, memory=f"{percent}%").mib >= needed(size, memory=f"{percent + 1}%").mib


KSERVED = SERVED.replace("requests: 16", "requests: 2") + "\n    serving: kserve\n    port: 8000"
UNSERVED = {
    "router of nobody": (
        SERVED.replace("16}", "2, routed: true}"),
        ':10: routed is for requests from outside, and none lead here Say expose: {host: "chat.example.com"}',
    ),
    "port": (KSERVED.replace("port: 8000", "port: 8080"), ":13: KServe's language models answer on 8000, not on 8080"),
    "expose": (KSERVED + "\n    expose: {host: a.example.com}", ":14: expose is a matter of KServe's own gateway"),
    "no controller": (KSERVED, ":6: answers needs kserve, which runs it; cluster lab has none"),
    "no gateway": (KSERVED.replace("2}", "2, routed: true}"), ":6: answers needs kserve"),
    "no lws": (
        SERVED.replace("16}", "2, pipeline: 2}"),
        ":6: answers needs lws, for replicas of 2 machines; cluster lab has none",
    ),
    "parts": (KSERVED + "\n    spot: 50%", ":14: spot makes several Deployments, and KServe makes one of each server"),
    "machines of KServe": (
        KSERVED.replace("2}", "2, pipeline: 2}"),
        ":12: a replica on several machines does not go with serving",
    ),
}


@pytest.mark.parametrize(("said", "told"), UNSERVED.values(), ids=UNSERVED.keys())
def test_what_nobody_there_can_serve_is_told(repository: Repository, said: str, told: str) -> None:
    write(repository, said)
    assert [complaint for complaint in repository.complaints() if told in complaint], repository.complaints()


def test_what_no_machine_could_ever_hold_is_told_too(repository: Repository) -> None:
    write(repository, SERVED.replace("8192, requests: 16", "100000000, requests: 100000"))
    [told] = repository.complaints()
    assert "does not fit" in told
