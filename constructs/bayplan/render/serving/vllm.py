"""A language model on vLLM: what the words of `Llm` are as its command, flags and settings.

vLLM runs as nobody on a file system that it cannot write to, so all that it keeps goes to /tmp, and what would ask who
nobody is (torch's compiler does) is told. Files are there before it starts, so that it asks no hub for them.
Source: <https://docs.vllm.ai/en/latest/configuration/engine_args/>
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bayplan.render.serving.files import path_of

if TYPE_CHECKING:
    from bayplan.render.serving.brought import Brought
    from bayplan.spec.model import Model
    from bayplan.spec.traits.llm import Llm
    from bayplan.spec.workloads.model_server import ModelServer

COMMAND = ("vllm", "serve")
SETTINGS = (
    ("HF_HUB_OFFLINE", "1"),
    ("HOME", "/tmp"),  # noqa: S108 - a path in the pod
    ("TORCHINDUCTOR_CACHE_DIR", "/tmp/torchinductor"),  # noqa: S108
    ("TRITON_CACHE_DIR", "/tmp/triton"),  # noqa: S108
    ("USER", "nobody"),
    ("VLLM_CACHE_ROOT", "/tmp/vllm"),  # noqa: S108
    ("VLLM_NO_USAGE_STATS", "1"),
)


def on_vllm(server: ModelServer, model: Model, llm: Llm, files: Brought) -> Brought:
    """What a program of its own would bring, and the flags of vLLM."""
    return replace(
        files,
        command=COMMAND,
        args=(path_of(model), *flags(server, model, llm)),
        env=tuple(sorted({**dict(files.env), **dict(SETTINGS)}.items())),
        env_from_pod=(("VLLM_HOST_IP", "status.podIP"),) if server.machines > 1 else (),
    )


def flags(server: ModelServer, model: Model, llm: Llm) -> tuple[str, ...]:
    """Flags of one replica, whatever makes its pods."""
    count = server.accelerator.count if server.accelerator else 1
    said = {
        "--served-model-name": model.name,
        "--port": str(server.port),
        "--max-model-len": str(llm.context),
        "--max-num-seqs": str(-(-llm.requests // llm.data)),
        "--gpu-memory-utilization": f"{int(llm.memory.removesuffix('%')) / 100:g}",
        "--tensor-parallel-size": str(llm.tensor or count),
        "--shutdown-timeout": str(server.rollout.drain_seconds),
    }
    if llm.pipeline > 1:
        said["--pipeline-parallel-size"] = str(llm.pipeline)
    if llm.data > 1:
        said["--data-parallel-size"] = str(llm.data)
    if llm.cache == "fp8":
        said["--kv-cache-dtype"] = "fp8"
    return tuple(f"{name}={value}" for name, value in said.items())
