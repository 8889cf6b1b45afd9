"""Priority: nobody waits while somebody of lower priority sits in a place that would do."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from bayplan.placement.demand import Demand
from bayplan.placement.verify.breach import Breach

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.placement.plan import Plan
    from bayplan.placement.problem import Problem

RULE = "priority"

AMOUNTS = ("cpu_millicores", "memory_mib", "accelerators", "pods_min", "pods_max", "surge")
NAMES = ("workload", "sidecar_cpu_millicores", "sidecar_memory_mib", "extra", "priority", "copies", "file", "line")


def breaches(problem: Problem, plan: Plan) -> Iterator[Breach]:
    """Who waits although it asks for no more, and for nothing else, than somebody of lower priority who sits."""
    sitting: dict[str, int] = {}
    for seat in plan.seats:
        sitting[seat.workload] = sitting.get(seat.workload, 0) + 1
    friends = {name for demand in problem.demands for name in (*demand.near, *demand.apart)}
    spare = [d for d in problem.demands if d.may_wait and not d.elastic and not d.near and not d.apart]
    spare = [demand for demand in spare if demand.workload not in friends]
    for waits in spare:
        for sits in spare:
            if waits.workload not in sitting and sitting.get(sits.workload) == 1 and _could_have(waits, sits):
                what = f"{waits.workload} waits, and {sits.workload} of lower priority sits in a place that would do"
                yield Breach(rule=RULE, what=what)


def _could_have(waits: Demand, sits: Demand) -> bool:
    if waits.priority <= sits.priority or bool(waits.accelerators) != bool(sits.accelerators):
        return False
    if any(getattr(waits, name) > getattr(sits, name) for name in AMOUNTS):
        return False
    if any(mine > its for mine, its in zip(waits.extra, sits.extra, strict=True)):
        return False
    rest = [field.name for field in fields(Demand) if field.name not in AMOUNTS + NAMES]
    return all(getattr(waits, name) == getattr(sits, name) for name in rest)
