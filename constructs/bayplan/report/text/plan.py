"""Plans: what they cost, what has changed, pools with their nodes, workloads with their pools."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.markup import escape

from bayplan.placement.waiting import lacks, waiting
from bayplan.report.account import account
from bayplan.report.money import span, usd_per_hour
from bayplan.report.text.canvas import draw, table
from bayplan.report.text.change import change
from bayplan.report.text.cost import costs
from bayplan.spec.cluster import POOL_LABEL
from bayplan.spec.machine import machine_of
from bayplan.spec.mig import CONFIG_LABEL
from bayplan.spec.variants import machines_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from bayplan.placement.advice import Advice
    from bayplan.placement.decide import Decision
    from bayplan.placement.demand import Demand
    from bayplan.placement.plan import Plan
    from bayplan.placement.problem import Problem
    from bayplan.spec.cluster import Cluster


def render(cluster: Cluster, problem: Problem, decision: Decision, *, advice: Advice | None, color: bool) -> str:
    """One cluster's plan."""
    told = account(decision, advice)
    state = "plan kept" if told.kept else "plan decided anew"
    parts: list[RenderableType] = [f"[bold]{escape(told.cluster)}[/bold]  {state}", "", costs(told.figures), ""]
    if told.change:
        parts += [*change(told.change), ""]
    if told.advice:
        parts += [*hint(told.advice), ""]
    parts += [
        pools(cluster, problem, told.plan),
        *labels(cluster, problem, told.plan),
        "",
        workloads(problem, told.plan),
        "",
    ]
    if left := waiting(problem, told.plan.seats):
        parts += [waiters(problem, told.plan, left), ""]
    return draw(*parts, color=color)


def hint(advice: Advice) -> list[str]:
    """Bays that would save much, and where to write them."""
    saved = span(usd_per_hour(advice.saved_min_e4_usd_per_hour), usd_per_hour(advice.saved_max_e4_usd_per_hour))
    lines = [f"  [bold]advice[/bold]   bays would save {saved} USD/h: pods of different sizes no longer share nodes"]
    return lines + [f"           bays: {count} in pool {escape(pool)}" for pool, count in advice.bays]


def pools(cluster: Cluster, problem: Problem, plan: Plan) -> RenderableType:
    """A row a pool, or a variant of one: type, zones, price, nodes at both ends, limit."""
    rows = table("  pool", "type", "zones", "USD/h a node", "nodes", "limit", right=frozenset({3, 4, 5}))
    bays = {bay.pool: bay for bay in plan.bays}
    types = {pool.name: machine_of(cluster, pool).instance for pool in cluster.pools}
    for pool in problem.pools:
        bay = bays[pool.name]
        rows.add_row(
            f"  {escape(pool.name)}",
            types.get(pool.limits, ""),
            ", ".join(zone.removeprefix(cluster.region) for zone in pool.zones),
            usd_per_hour(pool.e4_usd_per_hour),
            span(str(bay.nodes_min), str(bay.nodes_max)),
            str(pool.nodes_max),
        )
    return rows


def labels(cluster: Cluster, problem: Problem, plan: Plan) -> list[RenderableType]:
    """What whoever makes the nodes has to write on them, where the name of the pool alone does not say it."""
    used = {bay.pool for bay in plan.bays if bay.nodes_max}
    several = [pool.name for pool in problem.pools if pool.name in used and (pool.family or pool.layout)]
    machines = machines_of(cluster)
    rows = table("  nodes of", "need the label")
    for name in several:
        said = [f"{key}={value}" for key, value in machines[name].labels.items() if key in (POOL_LABEL, CONFIG_LABEL)]
        rows.add_row(f"  {escape(name)}", escape(said[0]))
        for label in said[1:]:
            rows.add_row("", escape(label))
    return ["", rows] if several else []


def workloads(problem: Problem, plan: Plan) -> RenderableType:
    """A row a workload and pool: pods at both ends."""
    rows = table("  workload", "pool", "pods", right=frozenset({2}))
    for seat in plan.seats:
        demand = problem.demand(seat.workload)
        later = demand.pods_later if demand else 0
        pods = f"later {later}" if later else span(str(seat.pods_min), str(seat.pods_max))
        rows.add_row(f"  {escape(seat.workload)}", seat.pool, pods)
    return rows


def waiters(problem: Problem, plan: Plan, left: Sequence[Demand]) -> RenderableType:
    """A row a workload that waits for room, and pool that could take it: what it lacks."""
    rows = table("  waits for room", "pods", "because", right=frozenset({1}))
    for demand in left:
        for number, lack in enumerate(lacks(problem, plan.seats, demand)):
            name, pods = (f"  {escape(demand.workload)}", str(demand.pods_max)) if number == 0 else ("", "")
            rows.add_row(name, pods, escape(lack))
    return rows
