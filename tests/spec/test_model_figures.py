"""The sum of a model's memory is that of models that people know, and a start that can never end is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.spec.test_models import COMMIT, MODEL, SERVED, write

from bayplan import Llm, Model
from bayplan.spec.model_memory import Need, need_of

if TYPE_CHECKING:
    from tests.spec.repository_of_specs import Repository

HUB: dict[str, Any] = {"version": "1", "source": "hf://owner/name", "revision": COMMIT}
LLAMA_8B = HUB | {"name": "llama", "parameters": "8.03B", "layers": 32, "heads": 32, "kv_heads": 8, "head_size": 128}
LLAMA_70B = HUB | {"name": "llama", "parameters": "70.6B", "layers": 80, "heads": 64, "kv_heads": 8, "head_size": 128}
MIXTRAL = HUB | {
    "name": "mixtral", "parameters": "46.7B", "experts": "45.1B", "layers": 32, "heads": 32, "kv_heads": 8,
    "head_size": 128,
}  # fmt: skip
# multi-head latent attention keeps 512 + 64 numbers of a token in each of 61 layers: 70,272 bytes
DEEPSEEK = HUB | {
    "name": "deepseek", "parameters": "671B", "experts": "654B", "weights": "fp8", "layers": 61, "heads": 128,
    "head_size": 128, "cache_per_token": "70272",
}  # fmt: skip


def need(model: dict[str, Any], accelerators: int = 1, **said: object) -> Need:
    found = need_of(Model(**model), Llm.model_validate({"context": 1, "requests": 1} | said), accelerators)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("model", "accelerators", "said", "weights_gb"),
    [
        (LLAMA_8B, 1, {}, 16.06),
        (LLAMA_8B | {"weights": "float32"}, 1, {}, 32.12),
        (LLAMA_8B | {"weights": "fp8"}, 1, {}, 8.03),
        # embeddings stay as they were, and every 128 weights have a scale: the files say it
        (LLAMA_8B | {"weights": "int4", "size": "5.7G"}, 1, {}, 5.7),
        # files that are larger than what is loaded of them: float32 on disk, bfloat16 in memory
        (LLAMA_8B | {"size": "32.1G"}, 1, {}, 16.06),
        (LLAMA_70B, 4, {}, 35.3),
        (LLAMA_70B, 8, {}, 17.65),
        (LLAMA_70B, 4, {"pipeline": 2}, 17.65),
        (MIXTRAL, 2, {}, 46.7),
        # copies of what is no expert, and an eighth of the experts
        (DEEPSEEK, 8, {"tensor": 1, "data": 8}, 17 + 654 / 8),
        (DEEPSEEK, 8, {"tensor": 8, "data": 2}, 17 / 8 + 654 / 16),
    ],
)
def test_weights_take_what_they_are_known_to(
    model: dict[str, Any], accelerators: int, said: dict[str, object], weights_gb: float
) -> None:
    assert need(model, accelerators, **said).weights == pytest.approx(weights_gb * 10**9, abs=8)


@pytest.mark.parametrize(
    ("model", "accelerators", "said", "bytes_per_token"),
    [
        (LLAMA_8B, 1, {}, 128 * 1024),
        (LLAMA_8B, 1, {"cache": "fp8"}, 64 * 1024),
        (LLAMA_70B, 1, {}, 320 * 1024),
        (LLAMA_70B, 8, {}, 40 * 1024),
        # fewer heads than accelerators: each keeps one
        (LLAMA_70B, 16, {}, 40 * 1024),
        (LLAMA_70B, 4, {"pipeline": 2}, 40 * 1024),
        (DEEPSEEK, 1, {}, 70272),
        # tensor parallelism leaves what is latent whole
        (DEEPSEEK, 8, {}, 70272),
        (DEEPSEEK, 8, {"cache": "fp8"}, 35136),
    ],
)
def test_a_token_keeps_what_it_is_known_to(
    model: dict[str, Any], accelerators: int, said: dict[str, object], bytes_per_token: int
) -> None:
    tokens = {"context": 4096, "requests": 8}
    assert need(model, accelerators, **said | tokens).cache == bytes_per_token * 4096 * 8


def test_the_sum_says_which_part_is_shared_out() -> None:
    told = str(need(DEEPSEEK, 8, tensor=1, data=8, context=4096, requests=8))
    assert "weights (experts on 8) 98.8 GB" in told
    assert "cache (4096 tokens x 1 requests x 70272)" in told


SLOW = "rate: 1M, parameters: 8B"
WRONG = {
    "never ends": (
        MODEL.replace("parameters: 8B", SLOW),
        SERVED.replace("16}", "2}"),
        (
            "reading the 16.0 GB of llama:3.1-8b takes 16000 s at 1M a second, and a replica is given up after 7200 s "
            'Say rate: "3M" of the model or more, if its storage gives that.'
        ),
    ),
    "given up too soon": (
        MODEL.replace("parameters: 8B", "rate: 100M, parameters: 8B"),
        SERVED.replace("16}", "2}") + "\n    load_seconds: 100",
        (
            ":12: reading the 16.0 GB of llama:3.1-8b takes 160 s at 100M a second, and a replica is given up after "
            '100 s Say rate: "160M" of the model or more, if its storage gives that, or raise load_seconds.'
        ),
    ),
    "only experts": (
        MODEL.replace("parameters: 8B", "parameters: 8B, experts: 8B"),
        SERVED.replace("16}", "2}"),
        "8B parameters in experts, of 8B in all Of 8B parameters some are shared by all experts",
    ),
    "no size at all": (
        MODEL.replace("parameters: 8B", 'size: "0"'),
        SERVED.replace("16}", "2}"),
        ":4: size:",
    ),
    "more than there is": (
        MODEL.replace("parameters: 8B", "parameters: 999999999T"),
        SERVED.replace("16}", "2}"),
        "does not fit",
    ),
}


@pytest.mark.parametrize(("model", "said", "told"), WRONG.values(), ids=WRONG.keys())
def test_what_cannot_be_is_told(repository: Repository, model: str, said: str, told: str) -> None:
    write(repository, said, model)
    assert [complaint for complaint in repository.complaints() if told in complaint], repository.complaints()
