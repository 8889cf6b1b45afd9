"""A plan on the real kube-scheduler: as many simulated nodes as planned, every pod in shuffled order, who is pending?

    python -m bench.placement.real_scheduler 200 20 1 --scheduler MostAllocated

prints one JSON object a load level: pods, nodes, pending, strayed (on a pool that the plan does not name), seconds.
Needs the programs of `make tools`.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.placement.bare_pods import NAME, label_of, nodes_of, pods_of, services_of, shuffled
from bench.placement.instances import make
from bench.placement.question import problem

from bayplan.lab.lab import close, remove, start_lab
from bayplan.lab.session import node_counts
from bayplan.lab.stage import Stage, name_of
from bayplan.placement.solve import solve
from bayplan.placement.terms import LEVELS
from bayplan.spec.cluster import POOL_LABEL, Cluster

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.placement.plan import Plan
    from bayplan.placement.problem import Level, Problem, Scheduler

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def stage(scheduler: Scheduler, name: str) -> Iterator[Stage]:
    """An empty control plane whose scheduler is as a cluster declares it."""
    words = {
        "name": "stage",
        "region": "eu-central-1",
        "kubernetes": "1.37",
        "controllers": {"flux": "2.9"},
        "scheduler": scheduler,
        "pools": [{"name": "gpu", "instance": "g6.xlarge", "zones": ["a"], "nodes": {"max": 0}}],
        "source": {"url": "https://git.example.com/platform/stage.git"},
    }
    lab = start_lab(ROOT, Cluster.model_validate(words), name, lambda *_: None)
    try:
        yield Stage(lab.api)
    finally:
        close(lab)
        remove(lab.layout.path)


def try_plan(there: Stage, asked: Problem, plan: Plan, level: Level, seed: int) -> dict[str, Any]:
    """Seat everybody on the planned nodes; what came of it."""
    nodes, pods = nodes_of(asked, node_counts(plan, level)), shuffled(pods_of(asked, plan, level), seed)
    there.furnish(nodes, services_of(asked.demands))
    began = time.monotonic()
    there.arrive(pods)
    found = there.judged(len(pods))
    seconds = time.monotonic() - began
    there.clear()
    pool_of = {node["metadata"]["name"]: node["metadata"]["labels"][POOL_LABEL] for node in nodes}
    homes = {label_of(demand): plan.pools_of(demand.workload) for demand in asked.demands}
    strayed = [
        pod
        for pod in pods
        if (node := found[name_of(pod)]) and pool_of[node] not in homes[pod["metadata"]["labels"][NAME]]
    ]
    pending = sum(not node for node in found.values())
    return {
        "level": level,
        "pods": len(pods),
        "nodes": len(nodes),
        "pending": pending,
        "strayed": len(strayed),
        "seconds": round(seconds, 1),
    }


def main(arguments: list[str]) -> int:
    """Plan an instance, and try the plan: 1 where a pod is pending."""
    parser = argparse.ArgumentParser(prog="python -m bench.placement.real_scheduler")
    for name in ("workloads", "types", "seed"):
        parser.add_argument(name, type=int)
    parser.add_argument("--scheduler", choices=("LeastAllocated", "MostAllocated"), default="LeastAllocated")
    parser.add_argument("--mix", choices=("accelerated", "cpu"), default="accelerated")
    told = parser.parse_args(arguments)
    instance = make(told.workloads, told.types, told.seed, told.mix)
    asked = problem(instance, told.scheduler)
    plan = solve(asked)
    levels = [level for level in LEVELS if level == "max" or any(one.pods_min != one.pods_max for one in asked.demands)]
    with stage(told.scheduler, f"bench-{told.scheduler.lower()}-{told.seed}") as there:
        results = [try_plan(there, asked, plan, level, told.seed) for level in levels]
    for result in results:
        print(json.dumps({"instance": instance.name, "scheduler": told.scheduler, **result}))
    return int(any(result["pending"] or result["strayed"] for result in results))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
