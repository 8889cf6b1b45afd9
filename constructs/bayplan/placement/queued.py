"""What queues mean for a plan: which jobs run at the same time, and on which kinds of nodes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bayplan.placement.admission.predict import predict
from bayplan.spec.queueing.job import jobs_on, planned_name
from bayplan.spec.queueing.offer import offers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bayplan.placement.demand import Demand
    from bayplan.spec.cluster import Cluster
    from bayplan.spec.platform import Platform


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """A group of a job's pods."""

    at_once: bool
    """Whether its queue lets it in at once, if all jobs come together."""
    pools: tuple[str, ...]
    """Kinds of nodes of which its queue has enough for the whole group, sorted."""


def in_queues(platform: Platform, cluster: Cluster) -> dict[str, Queued]:
    """The jobs of a cluster that wait in queues, by the name that a plan has for a group of their pods."""
    if not cluster.queues or "kueue" not in cluster.controllers:
        return {}
    apps = platform.apps_on(cluster)
    tree, told = offers(cluster, apps).tree(), predict(platform, cluster)
    found = {}
    for job in jobs_on(cluster, apps):
        verdict, queue = told.of(job.name), tree[job.team]
        for podset in job.podsets:
            pools = [
                flavor
                for flavor in podset.flavors
                if flavor in queue.flavors
                and all(amount <= queue.capacity((flavor, name)) for name, amount in podset.asks.items())
            ]
            at_once = verdict is not None and verdict.turn == 1
            found[planned_name(job.name, podset.name)] = Queued(at_once=at_once, pools=tuple(sorted(pools)))
    return found


def wait(demand: Demand, queued: Mapping[str, Queued]) -> Demand:
    """A demand as its queue lets it in.

    Who has to wait until others have ended does not run at the highest load: the plan has room for what the queues let
    in at once, and no more. Who is never admitted is no question of room.
    """
    found = queued.get(demand.workload)
    if found is None:
        return demand
    held = demand if found.at_once else replace(demand, pods_max=0, surge=0, pods_later=demand.pods_max)
    return replace(held, queued=found.pools)
