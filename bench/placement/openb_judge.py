"""The judge of openb: reads the raw lists with nobody's help and recounts everything; knows nothing of the planner."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """Where a pod is said to sit."""

    pod: str
    node: str
    gpus: tuple[int, ...]
    """Numbers of the accelerators that it uses, from 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What was counted."""

    allocated_milli: int
    asked_milli: int
    capacity_milli: int
    pods: int
    pods_without_gpu: int
    asked: int
    asked_without_gpu: int
    breaches: tuple[str, ...]

    @property
    def allocated_percent(self) -> float:
        """GPU milli in use, of all there are."""
        return 100 * self.allocated_milli / self.capacity_milli


def judge(pods: Path, nodes: Path, seats: Sequence[Seat]) -> Verdict:
    """Recount a placement."""
    asked, there = _rows(pods, "name"), _rows(nodes, "sn")
    known = [seat for seat in seats if seat.pod in asked and seat.node in there]
    free = {name: [int(row["cpu_milli"]), int(row["memory_mib"])] for name, row in there.items()}
    gpus = {name: [1000] * int(row["gpu"]) for name, row in there.items()}
    breaches = [
        f"{seat.pod} on {seat.node}: not in the lists"
        for seat in seats
        if seat.pod not in asked or seat.node not in there
    ]
    breaches += [f"{pod}: seated {count} times" for pod, count in Counter(s.pod for s in seats).items() if count > 1]
    for seat in known:
        free[seat.node][0] -= int(asked[seat.pod]["cpu_milli"])
        free[seat.node][1] -= int(asked[seat.pod]["memory_mib"])
        breaches += _accelerators(seat, asked[seat.pod], there[seat.node]["model"], gpus[seat.node])
    for name, (cpu, memory) in free.items():
        breaches += [
            f"{name}: {-left} {what} too many" for left, what in ((cpu, "CPU milli"), (memory, "MiB")) if left < 0
        ]
        breaches += [f"{name}: accelerator {place} is overfull" for place, left in enumerate(gpus[name]) if left < 0]
    sitting = {seat.pod for seat in known}
    return Verdict(
        allocated_milli=sum(_milli(asked[pod]) for pod in sitting),
        asked_milli=sum(map(_milli, asked.values())),
        capacity_milli=sum(1000 * int(row["gpu"]) for row in there.values()),
        pods=len(sitting),
        pods_without_gpu=sum(asked[pod]["num_gpu"] == "0" for pod in sitting),
        asked=len(asked),
        asked_without_gpu=sum(row["num_gpu"] == "0" for row in asked.values()),
        breaches=tuple(sorted(breaches)),
    )


def _rows(path: Path, key: str) -> dict[str, dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return {row[key]: row for row in csv.DictReader(lines)}


def _milli(pod: dict[str, str]) -> int:
    return int(pod["num_gpu"]) * int(pod["gpu_milli"])


def _accelerators(seat: Seat, pod: dict[str, str], model: str, left: list[int]) -> list[str]:
    """Take the accelerators of one seat; what is wrong with it."""
    count, milli = int(pod["num_gpu"]), int(pod["gpu_milli"])
    found = []
    if len(set(seat.gpus)) != count or len(seat.gpus) != count:
        found.append(f"{seat.pod}: asks for {count} accelerators, is given {list(seat.gpus)}")
    allowed = [name for name in (pod.get("gpu_spec") or "").split("|") if name]
    if count and allowed and model not in allowed:
        found.append(f"{seat.pod}: may not sit on {model}")
    for place in seat.gpus:
        if not 0 <= place < len(left):
            found.append(f"{seat.pod}: {seat.node} has no accelerator {place}")
        else:
            left[place] -= milli
    return found
