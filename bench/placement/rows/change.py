"""A twentieth of the demand has changed: how many pods move, against solving from scratch."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

from bench.placement.engines import pack, realise
from bench.placement.rows.case import above, each, seconds, usd

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bench.placement.instances import Instance
    from bench.placement.record import Figure
    from bench.placement.rows.case import Case, Measurement

    from bayplan.placement.problem import Scheduler

TITLE = "5 % of the workloads changed"
AIM = "at most 7 % of the pods moved, at most 0.5 % above what solving from scratch costs, 5 s"
HEADINGS = ("instance", "bound USD/h", "moved", "cost", "s (CPU s)", "from scratch: moved", "cost", "s (CPU s)")
SIZES = ((200, 20), (1000, 20))
SCHEDULER: Scheduler = "LeastAllocated"
CHANGED = 0.05


def measurements(seed: int, *, quick: bool) -> list[Measurement]:
    """Both mixes."""
    return each(measure, SIZES[:1] if quick else SIZES, seed, SCHEDULER)


def measure(case: Case) -> dict[str, Figure]:
    """The committed plan, the same near to it, and one that does not know it."""
    before = case.instance()
    committed = realise(before, SCHEDULER)
    after = changed(before, case.seed)
    near, scratch = realise(after, SCHEDULER, committed.plan), realise(after, SCHEDULER)
    figures: dict[str, Figure] = {"e4_bound": pack(after).e4_bound}
    pods = sum(workload.replicas for workload in before.workloads)
    for name, plan in (("near", near), ("scratch", scratch)):
        figures |= plan.spent.figures(name)
        figures[f"e4_{name}"] = plan.e4_usd_per_hour
        figures[f"{name}_moved"] = moved(committed.seats, plan.seats) / pods
    return figures


def cells(figures: Mapping[str, Figure]) -> tuple[str, ...]:
    """Pods moved and costs, near and from scratch."""
    told = [usd(figures, "e4_bound")]
    for name in ("near", "scratch"):
        share = figures.get(f"{name}_moved")
        told.append(f"{share * 100:.1f} %" if isinstance(share, float) else "-")
        told += [above(figures, f"e4_{name}"), seconds(figures, name)]
    return tuple(told)


def changed(instance: Instance, seed: int) -> Instance:
    """The same with a twentieth of the workloads changed: more or fewer replicas, or larger or smaller pods."""
    dice = random.Random(f"change {instance.name} {seed}")  # noqa: S311 - no secret
    number = max(1, round(len(instance.workloads) * CHANGED))
    chosen = set(dice.sample(range(len(instance.workloads)), number))
    workloads = []
    for position, workload in enumerate(instance.workloads):
        if position not in chosen:
            workloads.append(workload)
        elif dice.random() < 0.5:
            workloads.append(replace(workload, replicas=max(1, workload.replicas + dice.choice((-2, -1, 1, 2, 5)))))
        else:
            workloads.append(replace(workload, cpu_milli=max(250, workload.cpu_milli * dice.choice((3, 5)) // 4)))
    return replace(instance, name=f"{instance.name} changed", workloads=tuple(workloads))


def moved(before: Mapping[str, Mapping[str, int]], after: Mapping[str, Mapping[str, int]]) -> int:
    """Pods that leave their pool and have to start in another; those that end or are new are not moved."""
    count = 0
    for name, homes in before.items():
        now = after.get(name, {})
        left = sum(max(0, pods - now.get(pool, 0)) for pool, pods in homes.items())
        count += left - min(left, max(0, sum(homes.values()) - sum(now.values())))
    return count
