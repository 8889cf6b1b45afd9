"""What changed between the question that a lock answers and the question of today, in words."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Literal

from bayplan.placement.money import usd
from bayplan.placement.words import amount, cpu, memory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from bayplan.placement.problem import Amounts, Demand, Pool, Problem

ASKED_ELSEWHERE = ("workload", "file", "line", "cpu_millicores", "memory_mib", "extra", "pods_later")
"""Fields of a demand that are no change of their own, or are told in their own words."""
WRITTEN_ELSEWHERE = ("file", "line", "resources", "region", "extra")
"""Fields of a pool that are no change of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that is asked for, or offered, otherwise than before."""

    about: Literal["cluster", "pool", "workload"]
    name: str
    """Of the pool, or of the workload as demands name it."""
    says: str
    """The whole sentence, with the name."""


def changes(before: Problem, now: Problem) -> list[str]:
    """One sentence for each change; where something was written makes no difference."""
    return [change.says for change in differences(before, now)]


def differences(before: Problem, now: Problem) -> list[Change]:
    """The same, with what each is about."""
    said = [
        *(Change(about="cluster", name=now.cluster, says=says) for says in _cluster(before, now)),
        *(Change(about="pool", name=name, says=says) for name, says in _pools(before, now)),
        *(Change(about="workload", name=name, says=says) for name, says in _demands(before, now)),
    ]
    if not said and _without_places(before) != _without_places(now):
        said.append(
            Change(about="cluster", name=now.cluster, says="what the cluster is asked for is written otherwise")
        )
    return said


def _cluster(before: Problem, now: Problem) -> Iterator[str]:
    if before.scheduler != now.scheduler:
        yield f"the scheduler is {now.scheduler} instead of {before.scheduler}"
    if before.region != now.region:
        yield f"the region is {now.region or 'unknown'} instead of {before.region or 'unknown'}"
    yield from _quotas(before, now)
    yield from _choices(before, now)
    yield from _storage(before, now)


def _quotas(before: Problem, now: Problem) -> Iterator[str]:
    old, new = ({quota.team: quota for quota in problem.quotas} for problem in (before, now))
    for team in sorted(old.keys() | new.keys()):
        whose = f"team {team}" if team else "the cluster"
        for kind, show in (("accelerators", str), ("e4_usd_per_hour", usd)):
            was, now_is = (getattr(one.get(team), kind, None) for one in (old, new))
            if was != now_is:
                what = "accelerators" if kind == "accelerators" else "USD/h"
                limit, before_that = ("no limit" if one is None else show(one) for one in (now_is, was))
                yield f"{whose} may use {limit} of {what} instead of {before_that}"


def _choices(before: Problem, now: Problem) -> Iterator[str]:
    old, new = ({choice.workload: choice for choice in problem.choices} for problem in (before, now))
    for name in sorted(old.keys() & new.keys()):
        was, is_now = old[name], new[name]
        if (was.load_min, was.load_max) != (is_now.load_min, is_now.load_max):
            yield (
                f"{name} carries a load of {is_now.load_min} to {is_now.load_max}"
                f" instead of {was.load_min} to {was.load_max}"
            )
        if was.options != is_now.options:
            yield f"{name} has other accelerators to choose from, or other throughputs"


def _storage(before: Problem, now: Problem) -> Iterator[str]:
    old, new = (dict(problem.e6_usd_per_gib_hour) for problem in (before, now))
    for name in sorted(old.keys() | new.keys()):
        if old.get(name) != new.get(name):
            yield f"storage of class {name or 'default'} has another price"
    had, has = dict(before.kept_gib), dict(now.kept_gib)
    for name in sorted(had.keys() | has.keys()):
        if had.get(name) != has.get(name):
            amounts = f"{has.get(name, 0)} GiB instead of {had.get(name, 0)}"
            yield f"volumes of class {name or 'default'} that are there whoever runs have {amounts}"


def _without_places(problem: Problem) -> Problem:
    return replace(
        problem,
        demands=tuple(replace(one, file="", line=0) for one in problem.demands),
        pools=tuple(replace(one, file="", line=0) for one in problem.pools),
        quotas=tuple(replace(one, file="", line=0) for one in problem.quotas),
        file="",
        line=0,
    )


def _pools(before: Problem, now: Problem) -> Iterator[tuple[str, str]]:
    old, new = ({pool.name: pool for pool in problem.pools} for problem in (before, now))
    for name in sorted(old.keys() | new.keys()):
        if name not in new:
            yield name, f"pool {name} is gone"
        elif name not in old:
            yield name, f"pool {name} is new"
        else:
            yield from ((name, says) for says in _pool(old[name], new[name]))
            # what nobody asked for then, or nobody asks for now, was not written down
            shared = [one for one in now.resources if one in before.resources]
            counted = _counted(before, old[name].extra), _counted(now, new[name].extra)
            yield from ((name, f"pool {name} has {says}") for says in _amounts(*counted, shared))


def _pool(old: Pool, new: Pool) -> Iterator[str]:
    words = {
        "cpu_millicores": "a node with {} for pods",
        "memory_mib": "a node with {} memory for pods",
        "pods": "a node with room for {} pods",
        "nodes_min": "nodes.min {}",
        "nodes_max": "nodes.max {}",
        "e4_usd_per_hour": "a price of {} USD/h for a node",
    }
    shown: dict[str, Callable[[Any], str]] = {"cpu_millicores": cpu, "memory_mib": memory, "e4_usd_per_hour": usd}
    for name, before, after in _different(old, new, WRITTEN_ELSEWHERE):
        show = shown.get(name, _say)
        what = words.get(name, name.replace("_", " ") + " {}").format(show(after))
        yield f"pool {new.name} has {what} instead of {show(before)}"


def _demands(before: Problem, now: Problem) -> Iterator[tuple[str, str]]:
    old, new = ({demand.workload: demand for demand in problem.demands} for problem in (before, now))
    for name in sorted(old.keys() | new.keys()):
        if name not in new:
            yield name, f"{name} is gone"
        elif name not in old:
            yield name, f"{name} is new"
        else:
            yield from ((name, says) for says in _demand(old[name], new[name]))
            either = sorted({*before.resources, *now.resources})
            counted = _counted(before, old[name].extra), _counted(now, new[name].extra)
            yield from ((name, f"{name} asks for {says}") for says in _amounts(*counted, either))


def _counted(problem: Problem, extra: Amounts) -> dict[str, int]:
    return dict(zip(problem.resources, extra, strict=False))


def _amounts(before: dict[str, int], after: dict[str, int], names: list[str]) -> Iterator[str]:
    for name in names:
        was, is_now = before.get(name, 0), after.get(name, 0)
        if was != is_now:
            yield f"{amount(name, is_now)} instead of {amount(name, was)}"


def _demand(old: Demand, new: Demand) -> Iterator[str]:
    before, after = (d.cpu_millicores - d.sidecar_cpu_millicores for d in (old, new))
    if before != after:
        yield f"{new.workload} asks for {cpu(after)} instead of {cpu(before)}"
    before, after = (d.memory_mib - d.sidecar_memory_mib for d in (old, new))
    if before != after:
        yield f"{new.workload} asks for {memory(after)} memory instead of {memory(before)}"
    if bool(old.pods_later) != bool(new.pods_later):
        yield f"{new.workload} {_turn(new)}"
        old = replace(old, pods_max=new.pods_max, surge=new.surge)
    elif old.pods_later != new.pods_later:
        yield f"{new.workload}, which its queue lets in later, has {new.pods_later} pods instead of {old.pods_later}"
    words = {
        "pods_min": "replicas at the minimum load",
        "pods_max": "replicas at the maximum load",
        "surge": "replicas above that while a new version comes",
        "sidecar_cpu_millicores": "CPU of the mesh's proxy (millicores)",
        "sidecar_memory_mib": "memory of the mesh's proxy (MiB)",
        "zones": "spread over zones",
        "hosts": "spread over hosts",
        "party": "one gang of all roles of",
    }
    for name, was, now in _different(old, new, ASKED_ELSEWHERE):
        yield f"{new.workload} has {words.get(name, name.replace('_', ' '))} {_say(now)} instead of {_say(was)}"


def _turn(demand: Demand) -> str:
    if demand.pods_later:
        return "is let in by its queue when others have ended, instead of at once"
    return f"is let in by its queue at once, with {demand.pods_max} pods, instead of when others have ended"


def _different(old: Demand | Pool, new: Demand | Pool, but: tuple[str, ...]) -> Iterator[tuple[str, object, object]]:
    for field in fields(new):
        before, after = getattr(old, field.name), getattr(new, field.name)
        if field.name not in but and before != after:
            yield field.name, before, after


def _say(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(str(item) for item in value) or "none"
    return "any" if value is None else str(value) or "none"
