"""The packed cost: everybody is counted on the nodes that the plan's packing fills."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from bayplan.placement.packing_question import kept_pools, pose_witness
from bayplan.placement.price import storage
from bayplan.placement.terms import LEVELS
from bayplan.placement.verify.breach import Breach

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.placement.evidence import Evidence, Filling
    from bayplan.placement.packing_question import PackingQuestion
    from bayplan.placement.plan import Plan
    from bayplan.placement.problem import Problem
    from bayplan.placement.terms import Level

RULE = "packing"


def breaches(problem: Problem, plan: Plan) -> Iterator[Breach]:
    """Nodes filled beyond their room, pods that are missing or where they may not be, a price that is not theirs."""
    for level in LEVELS:
        evidence = plan.evidence(level)
        if evidence is None:
            continue
        if evidence.fillings is None:
            if evidence.packed_e4_usd_per_hour != plan.cost(level):
                what = f"no packing shows a cost of {evidence.packed_e4_usd_per_hour} at {level} load (1e-4 USD/h)"
                yield Breach(rule=RULE, what=what)
            continue
        question = pose_witness(problem, plan, level)
        wrong = list(_overfull(question, evidence.fillings))
        wrong += _missing(question, evidence.fillings)
        wrong += _unpaid(problem, plan, level, evidence)
        yield from (Breach(rule=RULE, what=f"the packing at {level} load {what}") for what in wrong)


def _overfull(question: PackingQuestion, fillings: tuple[Filling, ...]) -> Iterator[str]:
    items = {item.name: item for item in question.items}
    bins = {one.name: number for number, one in enumerate(question.bins)}
    for filling in fillings:
        number = bins.get(filling.pool)
        if number is None or filling.nodes < 1:
            yield f"fills {filling.nodes} nodes of {filling.pool}"
            continue
        used = [0] * len(question.bins[number].room)
        for name, count in filling.pods:
            item = items.get(name)
            if item is None or count < 1 or number not in item.bins:
                yield f"seats {count} pods like {name} in {filling.pool}"
            else:
                used = [taken + count * need for taken, need in zip(used, item.needs, strict=True)]
        if any(taken > room for taken, room in zip(used, question.bins[number].room, strict=True)):
            yield f"fills a node of {filling.pool} beyond its room"


def _missing(question: PackingQuestion, fillings: tuple[Filling, ...]) -> Iterator[str]:
    seated: Counter[str] = Counter()
    for filling in fillings:
        for name, count in filling.pods:
            seated[name] += count * filling.nodes
    for item in question.items:
        if seated[item.name] != item.count:
            yield f"seats {seated[item.name]} pods like {item.name}, and there are {item.count}"


def _unpaid(problem: Problem, plan: Plan, level: Level, evidence: Evidence) -> Iterator[str]:
    """All nodes: those of the packing, and those of pools that it leaves as they are."""
    nodes = Counter({pool: plan.nodes[pool, level] for pool in kept_pools(problem, plan)})
    for filling in evidence.fillings or ():
        nodes[filling.pool] += filling.nodes
    for name, pools in problem.families.items():
        there = sum(nodes[pool.name] for pool in pools)
        if not pools[0].nodes_min <= there <= pools[0].nodes_max:
            yield f"has {there} nodes of {name}"
    cost = sum(pool.e4_usd_per_hour * nodes[pool.name] for pool in problem.pools) + storage(problem, plan.seats, level)
    if cost != evidence.packed_e4_usd_per_hour:
        yield f"costs {cost}, the plan says {evidence.packed_e4_usd_per_hour} (1e-4 USD/h)"
