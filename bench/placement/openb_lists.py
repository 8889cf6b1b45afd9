"""Alibaba's openb lists as a question of who sits: 1,213 nodes with 6,212 accelerators, and the pods of one list.

A thousandth of an accelerator is worth one. A pod that needs none is worth a tenth of an accelerator: they are not what
is measured, yet a plan that leaves them out wherever it likes would compare to nobody. How many sit is told.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path

from bayplan.placement.sharing.question import WHOLE, Claim, Host, Question

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "openb"
NODES = "openb_node_list_gpu_node.csv"
UNNEEDED = 100
"""Weight of a pod without accelerators."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lists:
    """A question, and the names behind its numbers."""

    question: Question
    nodes: tuple[tuple[str, ...], ...]
    """Of each host."""
    pods: tuple[tuple[str, ...], ...]
    """Of each claim."""


def without_others(question: Question) -> Question:
    """The same question where pods without accelerators are worth nothing: what bounds the accelerators alone."""
    claims = (replace(claim, weight=claim.weight if claim.width else 0) for claim in question.claims)
    return replace(question, claims=tuple(claims))


def path_of(name: str) -> Path:
    """The list of pods of a name, or at a path."""
    return Path(name) if name.endswith(".csv") else DATA / f"openb_pod_list_{name}.csv"


def read(pods: Path, nodes: Path = DATA / NODES) -> Lists:
    """Equal nodes and equal pods together, sorted by what they have or need."""
    racks: dict[tuple[str, int, int, int], list[str]] = defaultdict(list)
    for row in _rows(nodes):
        racks[row["model"], int(row["gpu"]), int(row["cpu_milli"]), int(row["memory_mib"])].append(row["sn"])
    kinds: dict[tuple[int, int, int, int, tuple[str, ...]], list[str]] = defaultdict(list)
    for row in _rows(pods):
        kinds[_kind(row)].append(row["name"])
    hosts = tuple(
        Host(name=f"{model} {gpus} {cpu} {memory}", room=(cpu, memory), accelerators=gpus, nodes=len(names))
        for (model, gpus, cpu, memory), names in sorted(racks.items())
    )
    models = [model for model, _, _, _ in sorted(racks)]
    claims = tuple(_claim(kind, len(names), models) for kind, names in sorted(kinds.items()))
    return Lists(
        question=Question(hosts=hosts, claims=claims),
        nodes=tuple(tuple(names) for _, names in sorted(racks.items())),
        pods=tuple(tuple(names) for _, names in sorted(kinds.items())),
    )


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _kind(row: dict[str, str]) -> tuple[int, int, int, int, tuple[str, ...]]:
    gpus, milli = int(row["num_gpu"]), int(row["gpu_milli"])
    if gpus > 1 and milli != WHOLE:
        raise ValueError(f"{row['name']}: {gpus} accelerators of {milli} thousandths each; shares are of one only")
    models = tuple(sorted({model for model in (row.get("gpu_spec") or "").split("|") if model}))
    return (gpus, milli if gpus else 0, int(row["cpu_milli"]), int(row["memory_mib"]), models if gpus else ())


def _claim(kind: tuple[int, int, int, int, tuple[str, ...]], count: int, models: list[str]) -> Claim:
    gpus, milli, cpu, memory, allowed = kind
    return Claim(
        name=f"{gpus}x{milli} {cpu} {memory} {'|'.join(allowed)}",
        needs=(cpu, memory),
        accelerators=gpus if milli == WHOLE else 0,
        share_milli=milli if milli < WHOLE else 0,
        count=count,
        weight=gpus * milli or UNNEEDED,
        hosts=tuple(place for place, model in enumerate(models) if not allowed or model in allowed),
    )
