"""How a language model is held by vLLM: how long and how many requests, on how many accelerators."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from bayplan.spec.name import Image, Whole
from bayplan.spec.quantity import PercentText
from bayplan.spec.traits.accelerator import Accelerator
from bayplan.spec.word import Word

Parts = Annotated[Whole, Field(ge=1, le=1024)]


class Prefill(Word):
    """Replicas that only read prompts, and hand what they keep of them to those that write the answers.

    Reading takes computing power, writing takes memory: apart, long prompts do not hold up answers, and each half may
    have accelerators of its own.
    """

    replicas: Annotated[Whole, Field(ge=1, le=1000)]
    """How many read prompts; those that write are the server's own `replicas`."""
    accelerator: Accelerator | None = None
    """Accelerators of each; by default those of the server."""


class Llm(Word):
    """A language model on vLLM, whose flags and settings follow from these words; the image must be 0.18 or newer.

    Weights, cache and what is computed must find room in the memory of each accelerator: the sum is checked, and the
    plan takes only accelerators that have it.
    """

    context: Annotated[Whole, Field(ge=1, le=100_000_000)]
    """Tokens of one request at the most, with its answer."""
    requests: Annotated[Whole, Field(ge=1, le=100_000)]
    """Requests that are answered at the same time, each as long as `context`; others wait in line."""
    tensor: Parts | None = None
    """Accelerators that share the work on each layer, all in one machine. By default all of a replica's machine."""
    pipeline: Parts = 1
    """Parts into which the layers are divided, one after the other. What one machine's accelerators cannot hold takes
    several machines: tensor x pipeline x data accelerators, `accelerator.count` in each."""
    data: Parts = 1
    """Copies of the model that work side by side in one replica, for mixtures of experts. More requests of other models
    take more replicas instead."""
    memory: PercentText = "90%"
    """Share of each accelerator's memory that is used: what is left is for what vLLM does not count."""
    cache: Literal["16bit", "fp8"] = "16bit"
    """How keys and values are kept: `fp8` takes half of the memory, and a little of the precision."""
    routed: bool = False
    """Whether requests from outside go to the replica that keeps most of their prompt already, and has the shortest
    line, by a router that all replicas tell how busy they are. With `serving: kserve` it is KServe's, at KServe's own
    gateway; otherwise its own, behind `expose`, for which Istio makes a second gateway with an address of its own.
    While the router is away any replica may be taken. Callers inside of the platform are spread evenly."""
    routed_by: Image = "ghcr.io/llm-d/llm-d-router-endpoint-picker:v0.10.0"
    """Image of that router: it takes the flags of llm-d's endpoint picker, 0.10 or newer. The default has no digest,
    which is a finding: name the one that your registry has."""
    prefill: Prefill | None = None
    """Replicas of their own for reading prompts; KServe's router divides the work: it needs `serving: kserve`."""

    @property
    def needs_router(self) -> bool:
        """Whether somebody has to choose the replica."""
        return self.routed or self.prefill is not None
