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
    with nodes.open(encoding="utf-8", newline="") as lines:
        node_rows = {row["sn"]: row for row in csv.DictReader(lines)}
    with pods.open(encoding="utf-8", newline="") as lines:
        pod_rows = {row["name"]: row for row in csv.DictReader(lines)}
    breaches = [f"{pod}: seated {count} times" for pod, count in Counter(s.pod for s in seats).items() if count > 1]
    free = {name: [int(row["cpu_milli"]), int(row["memory_mib"])] for name, row in node_rows.items()}
    gpus = {name: [1000] * int(row["gpu"]) for name, row in node_rows.items()}
    for seat in seats:
        if seat.pod not in pod_rows or seat.node not in node_rows:
            breaches.append(f"{seat.pod} on {seat.node}: not in the lists")
            continue
        pod = pod_rows[seat.pod]
        free[seat.node][0] -= int(pod["cpu_milli"])
        free[seat.node][1] -= int(pod["memory_mib"])
        breaches += _accelerators(seat, pod, node_rows[seat.node]["model"], gpus[seat.node])
    breaches += [f"{name}: {-cpu} CPU milli too many" for name, (cpu, _) in free.items() if cpu < 0]
    breaches += [f"{name}: {-memory} MiB too many" for name, (_, memory) in free.items() if memory < 0]
    breaches += [
        f"{name}: GPU {place} overfull" for name, all_ in gpus.items() for place, left in enumerate(all_) if left < 0
    ]
    return Verdict(
        allocated_milli=sum(1000 - left for all_ in gpus.values() for left in all_),
        capacity_milli=sum(1000 for all_ in gpus.values() for _ in all_),
        pods=len({seat.pod for seat in seats}),
        pods_without_gpu=sum(pod_rows[pod]["num_gpu"] == "0" for pod in {s.pod for s in seats} if pod in pod_rows),
        asked=len(pod_rows),
        asked_without_gpu=sum(row["num_gpu"] == "0" for row in pod_rows.values()),
        breaches=tuple(sorted(breaches)),
    )


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
