"""Seeded platforms to place: workloads of an AI platform on real EC2 types and prices.

70 % CPU services, 25 % inference on 1-4 GPUs, 5 % training on 4-8; replicas 1-20; requests on a grid. The second mix,
CPU-heavy, has accelerators below a third of the bill. Every knob is an argument, so that a judge can turn them.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from dataclasses import asdict, dataclass
from typing import Literal

from bayplan.spec.catalogue import ec2

Mix = Literal["accelerated", "cpu"]
SHARES: dict[Mix, tuple[float, float]] = {"accelerated": (0.70, 0.95), "cpu": (0.985, 0.9985)}
"""Of all workloads: CPU services up to the first, inference up to the second, training the rest."""

CPU_FAMILIES = ("m7i", "c7i", "r7i", "m7a", "c7a", "r7a", "m6i", "c6i", "r6i")
CPU_SIZES = ("xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge", "24xlarge")
GPU_TYPES = (
    "g4dn.xlarge", "g4dn.12xlarge", "g5.xlarge", "g5.2xlarge", "g5.12xlarge", "g5.48xlarge", "g6.xlarge", "g6.2xlarge",
    "g6.12xlarge", "g6.48xlarge", "g6e.xlarge", "g6e.12xlarge", "g6e.48xlarge", "p4d.24xlarge", "p5.48xlarge",
)  # fmt: skip
CPU_GRID = (250, 500, 750, 1000, 1500, 2000, 3000, 4000, 6000, 8000)
REPLICAS = (1, 1, 2, 2, 2, 3, 3, 4, 5, 6, 8, 10, 12, 20)
INSISTING: dict[Mix, float] = {"accelerated": 0.5, "cpu": 0.1}
"""Of all workloads with GPUs: those that name the model."""
ALWAYS = ("m7i.4xlarge", "g5.12xlarge", "p4d.24xlarge")
"""Of every catalogue: something to run on for every kind of workload."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Type:
    """An EC2 type: what pods can use of a node, and its price."""

    name: str
    cpu_milli: int
    memory_mib: int
    gpu: int
    gpu_name: str
    pods: int
    e4_usd_per_hour: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """Equal pods."""

    name: str
    cpu_milli: int
    memory_mib: int
    gpu: int
    gpu_name: str
    """Model that it insists on; "" takes any."""
    replicas: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """A catalogue and what is to be placed on it."""

    name: str
    types: tuple[Type, ...]
    workloads: tuple[Workload, ...]


def make(
    workloads: int,
    types: int,
    seed: int,
    mix: Mix = "accelerated",
    *,
    continuous: bool = False,
    gpu_counts: tuple[int, ...] = (),
) -> Instance:
    """One instance. `continuous` draws requests off the grid; `gpu_counts` replaces 1, 2, 4 and 8 (3, 5, 6 are odd)."""
    dice = random.Random(f"{mix} {workloads} {types} {seed}")  # noqa: S311 - no secret
    catalogue = _catalogue(dice, types)
    extra = f" continuous={continuous}" * continuous + f" gpus={gpu_counts}" * bool(gpu_counts)
    return Instance(
        name=f"{mix} {workloads}x{types} seed {seed}{extra}",
        types=catalogue,
        workloads=tuple(
            _workload(dice, number, mix, catalogue, continuous=continuous, gpu_counts=gpu_counts)
            for number in range(workloads)
        ),
    )


def _catalogue(dice: random.Random, count: int) -> tuple[Type, ...]:
    gpus = max(3, count * 2 // 5)
    others = [name for name in GPU_TYPES if name not in ALWAYS]
    names = set(ALWAYS) | set(dice.sample(others, min(len(others), gpus - 2)))
    cpus = [name for family in CPU_FAMILIES for size in CPU_SIZES if (name := f"{family}.{size}") not in names]
    known = [name for name in cpus if ec2.find(name) is not None]
    names |= set(dice.sample(known, count - len(names)))
    return tuple(_type(name) for name in sorted(names))


def _type(name: str) -> Type:
    instance = ec2.find(name)
    if instance is None or instance.usd_per_hour is None:
        raise LookupError(name)
    return Type(
        name=name,
        cpu_milli=int(instance.cpu.removesuffix("m")),
        memory_mib=int(instance.memory.removesuffix("Mi")),
        gpu=instance.accelerators,
        gpu_name=instance.accelerator or "",
        pods=instance.pods,
        e4_usd_per_hour=int(float(instance.usd_per_hour) * 10_000 + 0.5),
    )


def _workload(
    dice: random.Random,
    number: int,
    mix: Mix,
    types: tuple[Type, ...],
    *,
    continuous: bool,
    gpu_counts: tuple[int, ...],
) -> Workload:
    service, inference = SHARES[mix]
    draw = dice.random()
    if draw < service:
        gpu, cpu = 0, dice.choice(CPU_GRID)
        memory = cpu * dice.choice((1, 2, 3, 4, 6, 8)) * 1024 // 1000
    elif draw < inference:
        gpu = dice.choice(gpu_counts or (1, 1, 2, 4))
        cpu, memory = gpu * dice.choice((1000, 2000, 3000)), gpu * dice.choice((4096, 8192, 12288))
    else:
        gpu = dice.choice(gpu_counts or (4, 8))
        cpu, memory = gpu * dice.choice((4000, 6000, 8000)), gpu * dice.choice((16384, 32768, 49152))
    if continuous:
        cpu, memory = (max(10, round(amount * dice.uniform(0.6, 1.0))) for amount in (cpu, memory))
    else:
        memory = max(256, memory // 256 * 256)
    models = sorted({one.gpu_name for one in types if gpu and one.gpu >= gpu and one.cpu_milli >= cpu})
    name = dice.choice(models) if models and dice.random() < INSISTING[mix] else ""
    of_model = [one for one in types if one.gpu_name == name and one.gpu >= gpu and one.cpu_milli >= cpu]
    if all(one.memory_mib < memory for one in of_model):
        name = ""  # the model's nodes have too little memory: it takes any, for it has to run somewhere
    return Workload(
        name=f"w{number:05}",
        cpu_milli=cpu,
        memory_mib=memory,
        gpu=gpu,
        gpu_name=name,
        replicas=dice.choice(REPLICAS),
    )


def main(arguments: list[str]) -> int:
    """Print an instance as JSON: `python -m bench.placement.instances 200 10 1`."""
    parser = argparse.ArgumentParser(prog="python -m bench.placement.instances")
    for name in ("workloads", "types", "seed"):
        parser.add_argument(name, type=int)
    parser.add_argument("--mix", choices=("accelerated", "cpu"), default="accelerated")
    parser.add_argument("--continuous", action="store_true")
    told = parser.parse_args(arguments)
    made = make(told.workloads, told.types, told.seed, told.mix, continuous=told.continuous)
    print(json.dumps(asdict(made)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
