"""What a model takes of each accelerator's memory, as a sum that people can follow.

The cache is what all requests need at their longest. Two parts are rules of thumb, on the careful side: what a step
computes (12 numbers of 16 bits for each of 8192 tokens in flight and each number of the hidden state), and 1 GiB for
CUDA, its graphs and NCCL.
Source: <https://docs.vllm.ai/en/latest/configuration/conserving_memory/>
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bayplan.spec.amount import parse

if TYPE_CHECKING:
    from bayplan.spec.model import Model
    from bayplan.spec.traits.llm import Llm

TOKENS_IN_FLIGHT = 8192
"""vLLM computes as many in one step, at the most, as it comes."""
NUMBERS_PER_HIDDEN = 12
OWN_BYTES = 2**30
_GIGA = 10**9


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """Bytes of one accelerator."""

    weights: int
    cache: int = 0
    computed: int = 0
    own: int = 0
    percent: int = 100
    """Of the accelerator's memory that may be used."""
    weights_told: str = ""
    cache_told: str = ""

    @property
    def mib(self) -> int:
        """Memory that the accelerator must have."""
        return -(-(self.weights + self.cache + self.computed + self.own) * 100 // (self.percent * 2**20))

    def __str__(self) -> str:
        told = [f"weights {self.weights_told}{gigabytes(self.weights)}"]
        if self.cache:
            told.append(f"cache {self.cache_told}{gigabytes(self.cache)}")
        if self.computed:
            told.append(f"activations {gigabytes(self.computed)}")
        if self.own:
            told.append(f"CUDA {gigabytes(self.own)}")
        share = f", of which {self.percent} % may be used" if self.percent < 100 else ""
        return f"{' + '.join(told)} = {gigabytes(self.weights + self.cache + self.computed + self.own)}{share}"


def need_of(model: Model, llm: Llm | None, accelerators: int) -> Need | None:
    """What each of a replica's accelerators has to hold; None where nobody knows how large the model is.

    Without `llm` it is the weights alone, evenly divided: what else a program keeps there, nobody said.
    """
    if not model.weight_bytes:
        return None
    if llm is None:
        return Need(weights=-(-model.weight_bytes // accelerators), weights_told=_over(accelerators))
    tensor, requests = llm.tensor or accelerators, -(-llm.requests // llm.data)
    stages = tensor * llm.pipeline
    cache, told = _cache(model, llm, tensor, requests)
    hidden = (model.heads or 0) * (model.head_size or 0)
    shared = model.weight_bytes - model.expert_bytes
    apart = -(-model.expert_bytes // (stages * llm.data))
    return Need(
        weights=-(-shared // stages) + apart,
        weights_told=_over(stages) + (f"(experts on {stages * llm.data}) " if apart and llm.data > 1 else ""),
        cache=cache,
        cache_told=told,
        computed=NUMBERS_PER_HIDDEN * 2 * min(TOKENS_IN_FLIGHT, llm.context * requests) * hidden,
        own=OWN_BYTES,
        percent=int(llm.memory.removesuffix("%")),
    )


def _over(parts: int) -> str:
    return f"on {parts} accelerators " if parts > 1 else ""


def _cache(model: Model, llm: Llm, tensor: int, requests: int) -> tuple[int, str]:
    """Of all requests at their longest, on one accelerator; 0 where the model does not say its layers."""
    tokens = f"{llm.context} tokens x {requests} requests"
    size = 1 if llm.cache == "fp8" else 2
    if model.cache_per_token:
        layers = parse(model.cache_per_token) * size / 2 / llm.pipeline
        return int(-(-llm.context * requests * layers // 1)), f"({tokens} x {model.cache_per_token}) "
    heads = model.kv_heads or model.heads
    if not (model.layers and heads and model.head_size):
        return 0, ""
    here, deep = -(-heads // tensor), -(-model.layers // llm.pipeline)
    told = f"({tokens} x {deep} layers x {here} heads x {model.head_size} x 2 x {size} bytes) "
    return llm.context * requests * deep * here * model.head_size * 2 * size, told


def room(mib: int) -> str:
    """What there is, rounded down."""
    tenths = mib * 2**20 * 10 // _GIGA
    return f"{tenths // 10}.{tenths % 10} GB"


def gigabytes(amount: int) -> str:
    """As data sheets say it, with one decimal, rounded up: what needs 24.01 GB does not fit into 24.0."""
    tenths = -(-amount * 10 // _GIGA)
    return f"{tenths // 10}.{tenths % 10} GB"
