"""What becomes of the plans: moves between pools, nodes, money. Read from the committed locks: nothing is solved."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bayplan.complaint import BadInput
from bayplan.placement import plan_changes
from bayplan.placement.changes import differences
from bayplan.placement.lock import load
from bayplan.placement.plan import Plan
from bayplan.placement.pose import pose
from bayplan.placement.waiting import lacks, waiting
from bayplan.review.plan import Move, Nodes, Placement
from bayplan.spec.machine import machine_of
from bayplan.spec.platform import Platform

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.placement.lock import Lock
    from bayplan.placement.problem import Pool, Problem
    from bayplan.review.revision import Revision
    from bayplan.spec.cluster import Cluster

RENEW = "run `bayplan synth`, and commit plan.lock and dist/"


def compare(base: Revision, head: Revision) -> Iterator[Placement]:
    """What is otherwise in the plan of each cluster that has one; nothing for those whose plan is as it was."""
    for name in sorted(base.locks.keys() | head.locks.keys()):
        before, _ = lock_of(base, name)
        after, wrong = lock_of(head, name)
        found = placement(name, before, after, cluster_of(head, name))
        stale = wrong or (stale_by(after, head, name) if after else "")
        if found is not None or stale:
            yield replace(found or as_it_was(name, after), stale=stale)


def as_it_was(name: str, lock: Lock | None) -> Placement:
    """A plan that is what it was."""
    low, high = (lock.plan.cost("min"), lock.plan.cost("max")) if lock else (0, 0)
    return Placement(cluster=name, cost_min_before=low, cost_max_before=high, cost_min_after=low, cost_max_after=high)


def lock_of(revision: Revision, name: str) -> tuple[Lock | None, str]:
    """The committed plan of a cluster, and why there is none that can be trusted."""
    path = revision.locks.get(name)
    if path is None:
        return None, ""
    try:
        return load(path, shown=f"clusters/{name}/plan.lock"), ""
    except BadInput as bad:
        first = bad.complaints[0]
        where = f"{first.file}:{first.line}" if first.line else first.file
        return None, f"{where}: {first.what}; {RENEW}"


def stale_by(lock: Lock, revision: Revision, name: str) -> str:
    """What cluster.yaml says otherwise than the plan was decided for; apps are code, and not asked here."""
    cluster = cluster_of(revision, name)
    if cluster is None:
        return ""
    platform = Platform(root=revision.locks[name].parent, apps=(), clusters=(cluster,))
    asked = differences(replace(lock.problem, demands=(), choices=()), pose(platform, cluster))
    said = [one.says for one in asked if one.about == "pool"]
    if not said:
        return ""
    more = f", and {len(said) - 1} more" if len(said) > 1 else ""
    return f"clusters/{name}/plan.lock answers an earlier question ({said[0]}{more}): {RENEW}"


def cluster_of(revision: Revision, name: str) -> Cluster | None:
    """The spec of a cluster."""
    return next((one for one in revision.clusters if one.name == name), None)


def placement(name: str, before: Lock | None, after: Lock | None, cluster: Cluster | None) -> Placement | None:
    """The step from one plan to another; None where both are the same, or one cannot be read."""
    if (before and after and before.text == after.text) or (before is None and after is None):
        return None
    known = after or before
    if known is None:
        return None
    no_plan = Plan(
        cluster=name,
        seats=(),
        bays=(),
        cost_min_e4_usd_per_hour=0,
        cost_max_e4_usd_per_hour=0,
        bound_min_e4_usd_per_hour=0,
    )
    nothing = replace(known.problem, demands=(), choices=(), quotas=(), kept_gib=())
    was, old = (before.problem, before.plan) if before else (nothing, no_plan)
    now, new = (after.problem, after.plan) if after else (nothing, no_plan)
    told = plan_changes.compare(was, old, now, new)
    nodes = tuple(_nodes((was, old), (now, new), cluster))
    waits = tuple(_waiting(was, old, now, new))
    if not (told.asked or told.moves or told.nodes or waits or told.extra_min_e4_usd_per_hour):
        return None
    return Placement(
        cluster=name,
        cost_min_before=old.cost_min_e4_usd_per_hour,
        cost_max_before=old.cost_max_e4_usd_per_hour,
        cost_min_after=new.cost_min_e4_usd_per_hour,
        cost_max_after=new.cost_max_e4_usd_per_hour,
        asked=told.asked,
        broken=told.broken if before and after else (),
        moves=tuple(
            Move(
                workloads=one.workloads,
                origin=one.origin,
                to=one.to,
                pods_min=one.pods_min,
                pods_max=one.pods_max,
                why=one.why,
            )
            for one in told.moves
        ),
        nodes=nodes,
        waiting=waits,
    )


def _nodes(before: tuple[Problem, Plan], after: tuple[Problem, Plan], cluster: Cluster | None) -> Iterator[Nodes]:
    counts = [{bay.pool: bay for bay in plan.bays} for _, plan in (before, after)]
    pools = [{pool.name: pool for pool in problem.pools} for problem, _ in (before, after)]
    instances = _instances(cluster)
    for name in sorted({*counts[0], *counts[1]}):
        was, now = (bays.get(name) for bays in counts)
        old, new = pools[0].get(name) if was else None, pools[1].get(name) if now else None
        known: Pool | None = new or old
        yield Nodes(
            pool=name,
            instance=instances.get(known.limits, "") if known else "",
            accelerators=known.accelerators // known.shares if known else 0,
            accelerator_model=(known.accelerator_model or "") if known else "",
            e4_usd_per_hour_before=old.e4_usd_per_hour if old else 0,
            e4_usd_per_hour_after=new.e4_usd_per_hour if new else 0,
            min_before=was.nodes_min if was else 0,
            max_before=was.nodes_max if was else 0,
            min_after=now.nodes_min if now else 0,
            max_after=now.nodes_max if now else 0,
            limit_after=new.nodes_max if new else 0,
        )


def _instances(cluster: Cluster | None) -> dict[str, str]:
    return {pool.name: machine_of(cluster, pool).instance for pool in cluster.pools} if cluster else {}


def _waiting(was: Problem, old: Plan, now: Problem, new: Plan) -> Iterator[str]:
    """Workloads that had a seat, or are new, and have to wait now."""
    before = {demand.workload for demand in waiting(was, old.seats)}
    for demand in waiting(now, new.seats):
        if demand.workload not in before:
            why = "; ".join(lacks(now, new.seats, demand))
            yield f"{demand.workload} has no seat{': ' + why if why else ''}"
