"""Workloads that run as several kinds of pods: how many of each is decided with where they run.

A part is called `app/workload@part`, and the parts of a workload carry its load together: tokens per second on several
kinds of accelerators, or simply replicas, on spot capacity and off it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bayplan.placement.problem import Choice, Option
from bayplan.spec.traits.load import in_thousandths
from bayplan.spec.workloads.server import Server

if TYPE_CHECKING:
    from bayplan.placement.demand import Demand
    from bayplan.spec.traits.load import Load
    from bayplan.spec.workloads.workload import Workload

SPOT, FIRM = "spot", "firm"


def divide(demand: Demand, workload: Workload, *, has_spot: bool) -> tuple[tuple[Demand, ...], Choice | None]:
    """The parts of a workload, and what they carry together; the demand itself where it runs as one kind of pods."""
    if isinstance(workload, Server) and workload.load is not None:
        return _by_accelerator(demand, workload, workload.load)
    on_spot = demand.pods_max * demand.spot_percent // 100
    if has_spot and 0 < on_spot < demand.pods_max:
        return _by_capacity(demand, on_spot)
    # a share that leaves no whole pod is none
    percent = 100 if demand.spot_percent == 100 else 0
    return (replace(demand, spot_percent=percent),), None


def part_name(workload: str, part: str) -> str:
    """`app/workload@part`."""
    return f"{workload}@{part}"


def _by_accelerator(demand: Demand, workload: Server, load: Load) -> tuple[tuple[Demand, ...], Choice]:
    low, high = in_thousandths(load.min), in_thousandths(load.max)
    parts, options = [], []
    for carrier in sorted(load.carried_by, key=lambda carrier: carrier.part):
        throughput = in_thousandths(carrier.throughput)
        most = -(-high // throughput)
        part = _part(demand, carrier.part, most, surge=workload.rollout.surge_of(most) if most else 0)
        parts.append(
            replace(
                part,
                accelerators=carrier.count,
                accelerator_model=carrier.model,
                accelerator_memory_mib=carrier.accelerator.memory_mib,
            )
        )
        options.append(Option(demand=part.workload, throughput=throughput))
    choice = Choice(workload=demand.workload, load_min=low, load_max=high, options=tuple(options))
    return tuple(parts), choice


def _by_capacity(demand: Demand, on_spot: int) -> tuple[tuple[Demand, ...], Choice]:
    firm = replace(_part(demand, FIRM, demand.pods_max, surge=demand.surge), spot_percent=0)
    spot = replace(_part(demand, SPOT, on_spot, surge=demand.surge), spot_percent=100)
    options = (
        Option(demand=firm.workload, throughput=1),
        Option(demand=spot.workload, throughput=1, most_percent=demand.spot_percent),
    )
    choice = Choice(workload=demand.workload, load_min=demand.pods_min, load_max=demand.pods_max, options=options)
    return (firm, spot), choice


def _part(demand: Demand, part: str, most: int, *, surge: int) -> Demand:
    return replace(
        demand,
        workload=part_name(demand.workload, part),
        of=demand.workload,
        elastic=True,
        pods_min=0,
        pods_max=most,
        surge=surge,
    )
