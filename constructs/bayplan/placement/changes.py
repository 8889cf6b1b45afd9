"""What changed between the question that a lock answers and the question of today, in words."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from bayplan.placement.words import cpu, memory

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.placement.problem import Demand, Pool, Problem

ASKED_ELSEWHERE = ("workload", "file", "line", "cpu_millicores", "memory_mib")
"""Fields of a demand that are no change of their own, or are told in their own words."""


def changes(before: Problem, now: Problem) -> list[str]:
    """One sentence for each change; where something was written makes no difference."""
    said: list[str] = []
    if before.scheduler != now.scheduler:
        said.append(f"the scheduler is {now.scheduler} instead of {before.scheduler}")
    said += _pools(before, now)
    said += _demands(before, now)
    return said


def _pools(before: Problem, now: Problem) -> Iterator[str]:
    old, new = ({pool.name: pool for pool in problem.pools} for problem in (before, now))
    for name in sorted(old.keys() | new.keys()):
        if name not in new:
            yield f"pool {name} is gone"
        elif name not in old:
            yield f"pool {name} is new"
        else:
            yield from _pool(old[name], new[name])


def _pool(old: Pool, new: Pool) -> Iterator[str]:
    words = {
        "cpu_millicores": "CPU of a node (millicores)",
        "memory_mib": "memory of a node (MiB)",
        "pods": "pods of a node",
        "nodes_min": "nodes.min",
        "nodes_max": "nodes.max",
        "e4_usd_per_hour": "price (1e-4 USD/h)",
    }
    for name, before, after in _different(old, new, ("file", "line")):
        yield f"pool {new.name} has {words.get(name, name)} {_say(after)} instead of {_say(before)}"


def _demands(before: Problem, now: Problem) -> Iterator[str]:
    old, new = ({demand.workload: demand for demand in problem.demands} for problem in (before, now))
    for name in sorted(old.keys() | new.keys()):
        if name not in new:
            yield f"{name} is gone"
        elif name not in old:
            yield f"{name} is new"
        else:
            yield from _demand(old[name], new[name])


def _demand(old: Demand, new: Demand) -> Iterator[str]:
    before, after = (d.cpu_millicores - d.sidecar_cpu_millicores for d in (old, new))
    if before != after:
        yield f"{new.workload} asks for {cpu(after)} instead of {cpu(before)}"
    before, after = (d.memory_mib - d.sidecar_memory_mib for d in (old, new))
    if before != after:
        yield f"{new.workload} asks for {memory(after)} memory instead of {memory(before)}"
    words = {
        "pods_min": "replicas at the minimum load",
        "pods_max": "replicas at the maximum load",
        "surge": "replicas above that while a new version comes",
        "sidecar_cpu_millicores": "CPU of the mesh's proxy (millicores)",
        "sidecar_memory_mib": "memory of the mesh's proxy (MiB)",
        "zones": "spread over zones",
        "hosts": "spread over hosts",
    }
    for name, was, now in _different(old, new, ASKED_ELSEWHERE):
        yield f"{new.workload} has {words.get(name, name.replace('_', ' '))} {_say(now)} instead of {_say(was)}"


def _different(old: Demand | Pool, new: Demand | Pool, but: tuple[str, ...]) -> Iterator[tuple[str, object, object]]:
    for field in fields(new):
        before, after = getattr(old, field.name), getattr(new, field.name)
        if field.name not in but and before != after:
            yield field.name, before, after


def _say(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(str(item) for item in value) or "none"
    return "any" if value is None else str(value)
