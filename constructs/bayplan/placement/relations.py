"""What workloads are to each other and to their teams: the words of an app as fields of its demands."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bayplan.manifests.origin import place_of
from bayplan.placement.problem import Quota
from bayplan.spec.peer import full_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bayplan.placement.demand import Demand
    from bayplan.spec.app import App
    from bayplan.spec.cluster import Cluster
    from bayplan.spec.workloads.group import Group
    from bayplan.spec.workloads.workload import Workload

PRIORITIES = ("spare", "low", "normal", "critical")
"""From the lowest to the highest."""


def relate(demand: Demand, app: App, workload: Workload, group: Group, cluster: Cluster) -> Demand:
    """A demand with its policies. What makes no difference on this cluster is left out: the more are alike, the better.

    A gang stands in one zone, so that it is spread over none. Only who may wait is seated by priority, and only teams
    with a quota are told apart.
    """
    return replace(
        demand,
        zones="off" if group.gang else demand.zones,
        zone_skew=group.spread.zone_skew,
        near=tuple(sorted(full_name(app.name, name) for name in workload.near)),
        apart=tuple(sorted(full_name(app.name, name) for name in workload.apart)),
        gang=group.gang or "",
        survives=group.survives or "",
        may_wait=workload.waits,
        priority=PRIORITIES.index(workload.priority) if workload.waits else 0,
        spot_percent=workload.spot_percent,
        team=app.team if app.team in cluster.quotas else "",
    )


def settle(demands: Iterable[Demand]) -> tuple[Demand, ...]:
    """Demands, sorted, whose `near` and `apart` name only who is here: parts for workloads that were divided.

    To be apart goes both ways, as Kubernetes sees it, whoever of the two has said it.
    """
    here = sorted(demands, key=lambda demand: demand.workload)
    parts: dict[str, list[str]] = {}
    for demand in here:
        parts.setdefault(demand.of or demand.workload, []).append(demand.workload)
    apart: dict[str, set[str]] = {demand.workload: set() for demand in here}
    for demand in here:
        for name in (part for whole in demand.apart for part in parts.get(whole, ())):
            apart[demand.workload].add(name)
            apart[name].add(demand.workload)
    return tuple(
        replace(
            demand,
            near=tuple(sorted(part for whole in demand.near for part in parts.get(whole, ()))),
            apart=tuple(sorted(apart[demand.workload])),
        )
        for demand in here
    )


def quotas(cluster: Cluster) -> tuple[Quota, ...]:
    """The limits of all teams and of the cluster, sorted by team."""
    said = {**cluster.quotas, **({"": cluster.budget} if cluster.budget else {})}
    limits = []
    for team, quota in sorted(said.items()):
        file, line = place_of(quota.origin or cluster.origin)
        limits.append(
            Quota(
                team=team,
                accelerators=quota.accelerators,
                e4_usd_per_hour=quota.e4_usd_per_hour,
                file=file,
                line=line,
            )
        )
    return tuple(limits)
