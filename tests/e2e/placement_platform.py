"""Random platforms for the scheduler: pools of real machines, workloads of every size and spread, all from one seed."""

from __future__ import annotations

import random
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bayplan.spec.app import App
from bayplan.spec.cluster import Cluster
from bayplan.spec.platform import Platform

if TYPE_CHECKING:
    from bayplan.placement.problem import Scheduler

CPU_TYPES = ("m7i.xlarge", "m7i.2xlarge", "c7i.2xlarge", "c7i.4xlarge", "r7i.2xlarge", "r7i.4xlarge")
GPU_TYPES = ("g6.xlarge", "g6.2xlarge", "g5.2xlarge", "g6.12xlarge", "g5.12xlarge")
ZONES = ("a", "b", "c")
CPU_GRID = (100, 250, 500, 750, 1000, 1500, 2000)
REPLICAS = (1, 1, 2, 2, 3, 3, 4, 5, 6, 8)
SPREADS = ("should", "should", "off", "must")
"""The words' default comes most often, as in real apps."""
EASY = 2
"""Platforms of seeds that this divides have no `must`: the plan may hold pods evenly, and count on sums alone."""
IMAGE = "registry.example.com/e2e/program:v1@sha256:" + "1" * 64
PER_APP = 5


def make_platform(seed: int, scheduler: Scheduler, workloads: int = 30) -> Platform:
    """One cluster and its apps; equal seeds give equal platforms, whatever the scheduler."""
    dice = random.Random(f"scheduler {seed}")  # noqa: S311 - no secret
    cpu = dice.sample(CPU_TYPES, dice.randint(1, 3))
    gpu = dice.sample(GPU_TYPES, dice.randint(1, 2))
    pools = [_pool(dice, f"cpu-{number}", kind) for number, kind in enumerate(cpu)]
    pools += [_pool(dice, f"gpu-{number}", kind) for number, kind in enumerate(gpu)]
    cluster = Cluster.model_validate(
        {
            "name": "stage",
            "region": "eu-central-1",
            "kubernetes": "1.37",
            "controllers": {"flux": "2.9"},
            "scheduler": scheduler,
            "pools": pools,
            "source": {"url": "https://git.example.com/platform/stage.git"},
        }
    )
    single = max(4 if "12xlarge" in kind else 1 for kind in gpu)
    spreads = SPREADS if seed % EASY else SPREADS[:-1]
    words = [_workload(dice, number, single, spreads) for number in range(workloads)]
    apps = [
        App.model_validate(
            {"name": f"app-{first // PER_APP:03}", "team": "stage", "workloads": words[first:][:PER_APP]}
        )
        for first in range(0, workloads, PER_APP)
    ]
    return Platform(root=Path(), apps=tuple(apps), clusters=(cluster,))


def _pool(dice: random.Random, name: str, kind: str) -> dict[str, Any]:
    zones = sorted(dice.sample(ZONES, dice.randint(2, 3)))
    return {"name": name, "instance": kind, "zones": zones, "nodes": {"min": dice.choice((0, 0, 1)), "max": 200}}


def _workload(dice: random.Random, number: int, accelerators: int, spreads: tuple[str, ...]) -> dict[str, Any]:
    wants = dice.random() < 0.2
    count = dice.choice([one for one in (1, 1, 2, 4) if one <= accelerators]) if wants else 0
    cpu = count * dice.choice((1000, 2000, 3000)) or dice.choice(CPU_GRID)
    memory = count * dice.choice((2048, 4096, 8192)) or max(128, cpu * dice.choice((1, 2, 3, 4)) // 128 * 128)
    low = dice.choice(REPLICAS)
    grows = dice.random() < 0.35
    return {
        "kind": "Service",
        "name": f"work-{number:03}",
        "image": IMAGE,
        "resources": {"cpu": f"{cpu}m", "memory": f"{memory}Mi"},
        "spread": {"zones": dice.choice(spreads), "hosts": dice.choice(spreads)},
        **({"accelerator": {"count": count}} if count else {}),
        **({"autoscale": {"min": low, "max": low + dice.choice((1, 2, 4))}} if grows else {"replicas": low}),
    }
