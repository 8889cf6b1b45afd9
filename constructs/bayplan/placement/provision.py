"""How many nodes of each kind have to be there, and may be bought besides: what the maker of nodes is told."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import cycle
from typing import TYPE_CHECKING

from bayplan.spec.variants import AUTO, variants_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.placement.plan import Plan
    from bayplan.spec.cluster import Cluster, Pool
    from bayplan.spec.machine import Machine


@dataclass(frozen=True, slots=True, kw_only=True)
class Provision:
    """The nodes of one kind: of a pool, of its bay, of its layout."""

    name: str
    """What they carry as the label `bayplan.dev/pool`."""
    pool: Pool
    machine: Machine
    planned_min: int
    """Nodes in the plan at the minimum load."""
    planned_max: int
    """Nodes in the plan at the maximum load."""
    always: int
    """Nodes that are there whatever the load is: the part of `nodes.min` that falls to this kind, or the planned."""
    most: int
    """Nodes at the most: the part of `nodes.max` that falls to this kind."""


def provisions(cluster: Cluster, plan: Plan) -> tuple[Provision, ...]:
    """Every kind of nodes of a cluster, in the order of its file; of layouts that the plan chooses only the chosen.

    An a100 can be cut in 29 ways, and nobody wants as many empty groups of nodes.
    """
    kinds = (one for pool in cluster.pools for one in _of_pool(cluster, pool, plan))
    return tuple(one for one in kinds if one.most or one.pool.mig != AUTO)


def _of_pool(cluster: Cluster, pool: Pool, plan: Plan) -> Iterator[Provision]:
    machines = variants_of(cluster, pool)
    low = {name: plan.nodes.get((name, "min"), 0) for name in machines}
    high = {name: max(low[name], plan.nodes.get((name, "max"), 0)) for name in machines}
    always, most = _deal(pool.nodes.min, low), _deal(pool.nodes.max, high)
    if pool.upkeep.standing:
        always = {name: max(kept, low[name]) for name, kept in always.items()}
    for name, machine in machines.items():
        yield Provision(
            name=name,
            pool=pool,
            machine=machine,
            planned_min=low[name],
            planned_max=high[name],
            always=always[name],
            most=max(most[name], always[name]),
        )


def _deal(nodes: int, planned: dict[str, int]) -> dict[str, int]:
    """So many nodes dealt out: as many as planned to each kind, what is left in turns to those that are used.

    A kind that the plan does not use gets none, unless no kind is used: then the first gets all.
    """
    dealt = dict.fromkeys(planned, 0)
    for name, wanted in planned.items():
        dealt[name] = min(wanted, nodes - sum(dealt.values()))
    used = [name for name, wanted in planned.items() if wanted] or list(planned)[:1]
    turns = cycle(used)
    for _ in range(nodes - sum(dealt.values())):
        dealt[next(turns)] += 1
    return dealt
