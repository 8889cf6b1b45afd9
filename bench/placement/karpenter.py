"""The real Karpenter: asks the program of tools/karpenter, which runs its scheduler in memory."""

from __future__ import annotations

import json
import subprocess
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from bench.placement.packing import packing
from bench.placement.question import type_of
from bench.placement.stopwatch import Spent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bench.placement.instances import Instance
    from bench.placement.packing import Packing

PROGRAM = Path(__file__).resolve().parents[2] / ".cache" / "bin" / "karpenter"

Pools = Literal["mixed", "separate"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Launched:
    """What Karpenter would launch."""

    nodes: Packing
    unplaced: int
    """Pods that have no node: it was cut off, or its limits forbid one."""
    cut_off: bool
    spent: Spent
    """By its scheduler alone, without our set-up."""
    consolidated: Packing | None = None
    """What its consolidation has made of them."""


@cache
def unaided(instance: Instance, pools: Pools, *, limit_s: float = 0, consolidate_s: float = 0) -> Launched:
    """Karpenter with one NodePool of all types, or with a CPU pool and a tainted GPU pool.

    Remembered, because several rows of the table ask for the same.
    """
    if pools == "mixed":
        asked: list[dict[str, Any]] = [{"name": "all", "types": [one.name for one in instance.types]}]
    else:
        asked = [
            {"name": "cpu", "types": [one.name for one in instance.types if not one.gpu]},
            {"name": "gpu", "types": [one.name for one in instance.types if one.gpu], "tainted": True},
        ]
    workloads = [asdict(workload) for workload in instance.workloads]
    return _ask(instance, asked, workloads, limit_s, consolidate_s)


def restricted(instance: Instance, seats: Mapping[str, Mapping[str, int]], *, limit_s: float = 0) -> Launched:
    """Karpenter with a NodePool for each pool of a plan, and every pod bound to the pool that the plan gives it.

    `seats` has the pods of each workload in each pool. A workload in several is one part for each, as it is rendered.
    """
    used = sorted({name for homes in seats.values() for name in homes})
    by_name = {workload.name: asdict(workload) for workload in instance.workloads}
    parts = [
        {**by_name[name], "name": f"{name}@{pool}", "replicas": pods, "pools": [pool]}
        for name, homes in sorted(seats.items())
        for pool, pods in sorted(homes.items())
        if pods
    ]
    return _ask(instance, [{"name": name, "types": [type_of(name)]} for name in used], parts, limit_s, 0)


def _ask(
    instance: Instance,
    pools: list[dict[str, Any]],
    workloads: list[dict[str, Any]],
    limit_s: float,
    consolidate_s: float,
) -> Launched:
    question = {
        "name": instance.name,
        "types": [asdict(one) for one in instance.types],
        "pools": pools,
        "workloads": workloads,
        "seed": 1,
        "limit_seconds": limit_s,
        "consolidate_seconds": consolidate_s,
    }
    if not PROGRAM.exists():
        raise RuntimeError("Karpenter is not built: python -m tools.build karpenter")
    told = subprocess.run([PROGRAM], input=json.dumps(question), capture_output=True, text=True, check=False)
    if told.returncode:
        raise RuntimeError(f"Karpenter ended with {told.returncode}: {told.stderr.strip()[-2000:]}")
    return read(json.loads(told.stdout))


def read(answer: Mapping[str, Any]) -> Launched:
    """The program's answer; parts of a workload are its pods again."""
    after = answer.get("consolidated")
    return Launched(
        nodes=_nodes(answer["nodes"] or ()),
        unplaced=answer["unplaced"],
        cut_off=answer["cut_off"],
        spent=Spent(seconds=answer["seconds"], cpu_seconds=answer["cpu_seconds"]),
        consolidated=_nodes(after["nodes"]) if after else None,
    )


def _nodes(told: Any) -> Packing:  # noqa: ANN401 - JSON
    single = []
    for node in told:
        held: dict[str, int] = {}
        for part, count in node["pods"].items():
            name = part.partition("@")[0]
            held[name] = held.get(name, 0) + count
        single.append((node["type"], held))
    return packing(single)
