"""Small problems, spelled out: what a placement test is about and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from bayplan.placement.problem import NVIDIA, Demand, Pool, Problem

if TYPE_CHECKING:
    from bayplan.placement.problem import Firmness, Scheduler


def demand(
    workload: str = "a/a",
    *,
    cpu: int = 500,
    memory: int = 512,
    pods: tuple[int, int] = (1, 1),
    surge: int = 0,
    accelerators: int = 0,
    model: str | None = None,
    accelerator_memory: int = 0,
    zones: Firmness = "off",
    hosts: Firmness = "off",
    **more: Any,
) -> Demand:
    return Demand(
        workload=workload,
        cpu_millicores=cpu,
        memory_mib=memory,
        pods_min=pods[0],
        pods_max=pods[1],
        surge=surge,
        accelerators=accelerators,
        accelerator_model=model,
        accelerator_memory_mib=accelerator_memory,
        zones=zones,
        hosts=hosts,
        **more,
        file=f"apps/{workload.partition('/')[0]}.yaml",
        line=7,
    )


def pool(
    name: str = "general",
    *,
    cpu: int = 4000,
    memory: int = 16384,
    pods: int = 50,
    nodes: tuple[int, int] = (0, 5),
    price: int = 2000,
    zones: tuple[str, ...] = ("z-a", "z-b", "z-c"),
    accelerators: int = 0,
    model: str | None = None,
    accelerator_memory: int = 0,
    resource: str = NVIDIA,
    taints: tuple[str, ...] = (),
    capacity: str = "on-demand",
    architecture: str = "amd64",
    **more: Any,
) -> Pool:
    return Pool(
        name=name,
        cpu_millicores=cpu,
        memory_mib=memory,
        pods=pods,
        accelerators=accelerators,
        accelerator_model=model,
        accelerator_memory_mib=accelerator_memory,
        accelerator_resource=resource,
        taints=taints,
        capacity=capacity,
        architecture=architecture,
        zones=zones,
        nodes_min=nodes[0],
        nodes_max=nodes[1],
        e4_usd_per_hour=price,
        **more,
        file="clusters/lab/cluster.yaml",
        line=9,
    )


def problem(*parts: Demand | Pool, scheduler: Scheduler = "LeastAllocated", **more: Any) -> Problem:
    demands = [part for part in parts if isinstance(part, Demand)]
    pools = [part for part in parts if isinstance(part, Pool)]
    return Problem(
        cluster="lab",
        scheduler=scheduler,
        demands=tuple(sorted(demands, key=lambda one: one.workload)),
        pools=tuple(sorted(pools, key=lambda one: one.name)),
        **more,
        file="clusters/lab/cluster.yaml",
        line=1,
    )


@st.composite
def demands(draw: st.DrawFn, workload: str) -> Demand:
    low = draw(st.integers(0, 3))
    return demand(
        workload,
        cpu=draw(st.sampled_from([100, 700, 1500, 2500])),
        memory=draw(st.sampled_from([256, 3000])),
        pods=(low, low + draw(st.integers(0, 3))),
        surge=draw(st.integers(0, 1)),
        accelerators=draw(st.sampled_from([0, 0, 0, 0, 1, 2])),
        zones=draw(st.sampled_from(["off", "should", "should", "must"])),
        hosts=draw(st.sampled_from(["off", "should", "should", "must"])),
    )


@st.composite
def pools(draw: st.DrawFn, name: str) -> Pool:
    accelerators = draw(st.sampled_from([0, 0, 2]))
    least = draw(st.integers(0, 1))
    return pool(
        name,
        cpu=draw(st.sampled_from([2000, 4000, 8000, 16000])),
        memory=draw(st.sampled_from([4000, 16000])),
        pods=draw(st.sampled_from([3, 50])),
        nodes=(least, draw(st.integers(3, 9))),
        price=draw(st.integers(0, 9000)),
        zones=draw(st.sampled_from([("z-a",), ("z-a", "z-b")])),
        accelerators=accelerators,
        model="l4" if accelerators else None,
    )


@st.composite
def problems(draw: st.DrawFn, most_demands: int = 3, most_pools: int = 3) -> Problem:
    return problem(
        *(draw(demands(f"{letter}/w")) for letter in "abc"[: draw(st.integers(0, most_demands))]),
        *(draw(pools(name)) for name in ("one", "two", "six")[: draw(st.integers(1, most_pools))]),
        scheduler=draw(st.sampled_from(["LeastAllocated", "MostAllocated", "Karpenter"])),
    )
