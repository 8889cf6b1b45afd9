"""The model of the platform's paper, solved as a plan: the smallest there is.

Services need compute C and storage S, and get at most one unit of each; together at most R_C and R_S. What they cost is
compute plus lambda times storage. Here a unit of compute is ten nodes of 0.1 USD an hour, each full with one pod, and a
unit of storage is 10,000 GiB, so that money and sizes are whole numbers, as everywhere in bayplan.

With C = (1.2, 0.8), S = (0.5, 0.3), R_C = 2, R_S = 1 and lambda = 1 the first service gets 1.0 of compute, its limit,
and the costs are 1.0 + 0.5 = 1.5 and 0.8 + 0.3 = 1.1. The paper prints 0.9 for the second: its sum gives 1.1.

Run: .venv/bin/python examples/paper.py
"""

from bayplan.placement.problem import Demand, Pool, Problem
from bayplan.placement.solve import solve
from bayplan.placement.verify import verify

NEEDS = {"first": (1.2, 0.5), "second": (0.8, 0.3)}  # C and S
MOST_COMPUTE, MOST_STORAGE, WEIGHT = 2.0, 1.0, 1.0  # R_C, R_S and lambda
NODES, GIB = 10, 10_000  # in one unit of compute, of storage


def ask(name: str, compute: float, storage: float) -> Demand:
    """One service as pods of a tenth of a unit, at most ten, each with its part of the storage."""
    pods, gib = round(min(compute, 1) * NODES), round(min(storage, 1) * GIB)
    counts = {"pods_min": pods, "pods_max": pods, "storage_gib": gib // pods, "extra": (gib // pods,)}
    return Demand(workload=name, cpu_millicores=100, memory_mib=1, storage_class="paper", **counts)  # type: ignore[arg-type]


most = round(MOST_COMPUTE * NODES)
tenths = Pool(
    name="tenths", cpu_millicores=100, memory_mib=1, pods=1, zones=("paper",), nodes_min=0, nodes_max=most,
    e4_usd_per_hour=10_000 // NODES, extra=(round(MOST_STORAGE * GIB) // most,),
)  # fmt: skip
problem = Problem(
    cluster="paper", scheduler="MostAllocated", pools=(tenths,), resources=("example.com/storage",),
    demands=tuple(ask(name, *needs) for name, needs in NEEDS.items()),
    e6_usd_per_gib_hour=(("paper", round(WEIGHT * 1_000_000 / GIB)),),
)  # fmt: skip
plan = solve(problem)


def table() -> list[str]:
    """A line for each service, and one for the sum with its proven bound."""
    lines = []
    for seat, demand in zip(plan.seats, problem.demands, strict=True):
        compute, storage = seat.pods_min / NODES, seat.pods_min * demand.storage_gib / GIB
        lines.append(f"{seat.workload}: compute {compute}, storage {storage}, cost {compute + WEIGHT * storage:.1f}")
    cost, bound = plan.cost_min_e4_usd_per_hour / 10_000, plan.bound_min_e4_usd_per_hour / 10_000
    return [*lines, f"together {cost}, at least {bound}"]


if __name__ == "__main__":
    assert verify(problem, plan) == []
    print("\n".join(table()))
