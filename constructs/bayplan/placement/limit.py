"""Everything that can be in the way of a placement beside what pods need: limits of pools and teams, and policies.

Each is named in the words of the spec, and each can be lifted alone: that is how a conflict finds out which of them
have a part in it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from bayplan.placement.money import usd
from bayplan.placement.words import count, listing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bayplan.placement.problem import Demand, Pool, Problem, Quota

LOTS = 100_000
"""As many nodes as a pool can be allowed to have."""
RICH = 2**40
"""More than any quota: 1e-4 USD per hour, or accelerators."""

Kind: TypeAlias = Literal["nodes", "accelerators", "money", "policy"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """One thing that somebody has written, and that could be written otherwise."""

    kind: Kind
    of: str
    """Pool, team, or workload."""
    word: str = ""
    """Field of the demand, where it is a policy."""
    most: int = 0
    """Nodes, accelerators, or 1e-4 USD per hour."""
    says: str
    """As part of a sentence."""
    file: str
    line: int


def limits(problem: Problem, demands: Iterable[Demand]) -> list[Limit]:
    """All that could be in the way of these demands: those of pools first, then of teams, then their own policies."""
    found = [
        Limit(
            kind="nodes",
            of=name,
            most=pools[0].nodes_max,
            says=f"{name} ({count(pools[0].nodes_max, 'node')} at the most)",
            file=pools[0].file or problem.file,
            line=pools[0].line,
        )
        for name, pools in problem.families.items()
    ]
    for quota in problem.quotas:
        found += _of_quota(problem, quota)
    for demand in demands:
        found += _policies(demand)
    return found


def _of_quota(problem: Problem, quota: Quota) -> Iterator[Limit]:
    whose = f"the quota of team {quota.team}" if quota.team else f"the budget of cluster {problem.cluster}"
    place = {"file": quota.file or problem.file, "line": quota.line}
    if quota.accelerators is not None:
        says = f"{whose} ({count(quota.accelerators, 'accelerator')})"
        yield Limit(kind="accelerators", of=quota.team, most=quota.accelerators, says=says, **place)  # type: ignore[arg-type]
    if quota.e4_usd_per_hour is not None:
        says = f"{whose} ({usd(quota.e4_usd_per_hour)} USD/h)"
        yield Limit(kind="money", of=quota.team, most=quota.e4_usd_per_hour, says=says, **place)  # type: ignore[arg-type]


def _policies(demand: Demand) -> Iterator[Limit]:
    name = demand.workload
    others = [other for other in demand.apart if other > name]  # it is said on both sides, and lifted on both
    said: dict[str, tuple[bool, str]] = {
        "zones": (demand.zones == "must", "must be spread over zones"),
        "hosts": (demand.hosts == "must", "must be spread over machines"),
        "gang": (bool(demand.gang), f"runs all together in one {demand.gang}"),
        "survives": (bool(demand.survives), f"survives the loss of a {demand.survives}"),
        "most_per_node": (
            bool(demand.most_per_node),
            f"has licences for {count(demand.most_per_node, 'replica')} on a machine",
        ),
        "near": (bool(demand.near), f"runs near {listing(list(demand.near) or [''])}"),
        "apart": (bool(others), f"runs apart from {listing(others or [''])}"),
        "volume_zone": (bool(demand.volume_zone), f"has a volume in {demand.volume_zone}"),
        "regions": (bool(demand.regions), f"may run in {listing(list(demand.regions) or [''])} only"),
    }
    for word, (holds, says) in said.items():
        if holds:
            yield Limit(kind="policy", of=name, word=word, says=f"{name} {says}", file=demand.file, line=demand.line)


def lift(problem: Problem, limit: Limit, most: int | None = None) -> Problem:
    """The problem with more of a limit, or without it."""
    if limit.kind == "policy":
        plain: dict[str, Any] = {
            "zones": "off",
            "hosts": "off",
            "most_per_node": 0,
            "near": (),
            "apart": (),
            "regions": (),
        }
        free = {limit.word: plain.get(limit.word, "")}
        return replace(problem, demands=tuple(_freed(one, limit, free) for one in problem.demands))
    if limit.kind == "nodes":
        nodes = LOTS if most is None else most
        pools = tuple(replace(one, nodes_max=nodes) if one.limits == limit.of else one for one in problem.pools)
        return replace(problem, pools=pools)
    field = "accelerators" if limit.kind == "accelerators" else "e4_usd_per_hour"
    changed: dict[str, Any] = {field: RICH if most is None else most}
    quotas = tuple(replace(one, **changed) if one.team == limit.of else one for one in problem.quotas)
    return replace(problem, quotas=quotas)


def _freed(demand: Demand, limit: Limit, free: dict[str, Any]) -> Demand:
    if demand.workload == limit.of:
        return replace(demand, **free)
    if limit.word == "apart" and limit.of in demand.apart:  # it is said on both sides
        return replace(demand, apart=tuple(name for name in demand.apart if name != limit.of))
    return demand


def merged(problem: Problem) -> Problem:
    """Bays that differ by name only as one pool: what does not fit there fits nowhere, and there are far fewer."""
    alike: dict[Pool, Pool] = {}
    for pool in problem.pools:
        alike.setdefault(replace(pool, name=pool.limits, file="", line=0), pool)
    kept = {pool.name for pool in alike.values()}
    if len(kept) == len(problem.pools):
        return problem
    return replace(problem, pools=tuple(pool for pool in problem.pools if pool.name in kept))


def only(problem: Problem, workloads: Iterable[str]) -> Problem:
    """The problem of some workloads alone: nobody is near, apart from or chosen besides who is not there."""
    kept = set(workloads)
    demands = tuple(
        replace(
            demand,
            near=tuple(name for name in demand.near if name in kept),
            apart=tuple(name for name in demand.apart if name in kept),
        )
        for demand in problem.demands
        if demand.workload in kept
    )
    choices = tuple(one for one in problem.choices if all(option.demand in kept for option in one.options))
    return replace(problem, demands=demands, choices=choices)
