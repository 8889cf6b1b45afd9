"""The plans of a fleet as one page: pools as bays, nodes as boxes, filled by workload; what it costs, and how near the
bound that is. Needs no network and no script, follows the browser's light and dark, and says everything in words, too.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bayplan.placement.seating import seating
from bayplan.placement.terms import LEVELS
from bayplan.placement.waiting import waiting
from bayplan.placement.words import count, listing
from bayplan.report.account import account
from bayplan.report.html.bay import bay, unused
from bayplan.report.html.change import change
from bayplan.report.html.colors import colors
from bayplan.report.html.cost import cards
from bayplan.report.html.markup import Markup, join, tag
from bayplan.report.html.workloads import legend, workloads
from bayplan.spec.machine import machine_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bayplan.placement.decide import Decision
    from bayplan.placement.plan import Plan
    from bayplan.placement.problem import Problem
    from bayplan.placement.terms import Level
    from bayplan.report.html.colors import Colors
    from bayplan.spec.cluster import Cluster

STYLE = Path(__file__).with_name("plan.css")
LOADS = {"min": "Minimum load", "max": "Maximum load"}
SEATED = {
    "LeastAllocated": "kube-scheduler's default scoring (LeastAllocated) seats them",
    "MostAllocated": "kube-scheduler with MostAllocated seats them",
    "Karpenter": "Karpenter seats them",
}

NAMED = 20
"""Workloads in one sentence."""
FREE = "What is free holds the pods that a rollout adds, and what no scheduler can fill in every order."


def render(placed: Sequence[tuple[Cluster, Problem, Decision]]) -> str:
    """The whole page."""
    names = ", ".join(cluster.name for cluster, _, _ in placed)
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", f"Plan of {names}"),
        tag("style", Markup(STYLE.read_text())),
    )
    links = [tag("a", cluster.name, href=f"#{cluster.name}") for cluster, _, _ in placed]
    body = tag(
        "body",
        tag(
            "header",
            tag("h1", "Bay plan"),
            tag("nav", *links, aria_label="Clusters") if len(links) > 1 else None,
            class_="page",
        ),
        tag("main", *(_cluster(*one) for one in placed)),
    )
    return f"<!doctype html>\n{tag('html', head, body, lang='en')}\n"


def _cluster(cluster: Cluster, problem: Problem, decision: Decision) -> Markup:
    told = account(decision)
    painted = colors(demand.workload for demand in problem.demands)
    types = {pool.name: machine_of(cluster, pool).instance for pool in cluster.pools}
    name = cluster.name
    switches = [
        part
        for level in LEVELS
        for part in (
            tag("input", type="radio", name=f"{name}-load", id=f"{name}-{level}", class_=level, checked=level == "max"),
            tag("label", LOADS[level], for_=f"{name}-{level}"),
        )
    ]
    state = "committed plan kept" if told.kept else "decided anew"
    return tag(
        "section",
        tag("h2", name, tag("small", f"{cluster.region} · {state}")),
        cards(told.figures),
        change(told.change) if told.change else None,
        tag("h3", "Who sits where"),
        legend(problem, told.plan, painted),
        _waiting(problem, told.plan),
        tag(
            "div",
            tag("p", tag("span", "Show ", class_="hidden"), *switches, class_="switch"),
            *(_load(problem, told.plan, level, painted, types) for level in LEVELS),
            class_="loads",
        ),
        workloads(problem, told.plan, painted),
        id=name,
        class_="cluster",
    )


def _waiting(problem: Problem, plan: Plan) -> Markup | None:
    """Who has no seat because it may wait."""
    left = waiting(problem, plan.seats)
    if not left:
        return None
    named = [f"{demand.workload} ({count(demand.pods_max, 'pod')})" for demand in left[:NAMED]]
    if len(left) > NAMED:
        named.append(f"{len(left) - NAMED:,} more")
    return tag("p", tag("b", "Waiting for room: "), listing(named), class_="waiting")


def _load(problem: Problem, plan: Plan, level: Level, painted: Colors, types: dict[str, str]) -> Markup:
    filled = seating(problem, plan, level)
    title = tag("h4", LOADS[level], class_="print")
    if filled is None:
        return tag(
            "div",
            title,
            tag("p", "Too many nodes to draw each of them; the tables have them all."),
            class_=f"load {level}",
        )
    full = [pool for pool in problem.pools if filled.get(pool.name)]
    empty = [pool for pool in problem.pools if not filled.get(pool.name)]
    key = f"{problem.cluster}-{level}"
    return tag(
        "div",
        title,
        tag(
            "p",
            f"An example: pods come in the order of their names, and {SEATED[problem.scheduler]}. {FREE}",
            class_="note",
        ),
        *(
            bay(problem, pool, filled[pool.name], painted, machine=types.get(pool.limits, ""), key=f"{key}-{number}")
            for number, pool in enumerate(full)
        ),
        unused(empty) if empty else join(),
        class_=f"load {level}",
    )
