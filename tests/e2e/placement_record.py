"""Record what the real kube-scheduler does, for the simulation to be held against where there is no scheduler.

`.venv/bin/python -m tests.e2e.placement_record` writes tests/placement/real_scheduler.json anew: random scenes with
rather too few nodes, CPU pods on accelerator nodes among them, and every pod in the order in which it arrived.
"""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.placement.bare_pods import nodes_of, pod_of, services_of
from bench.placement.real_scheduler import stage
from tests.placement.small import demand, pool, problem

from bayplan.lab.stage import Stage, name_of
from bayplan.placement.plan import Seat

if TYPE_CHECKING:
    from bayplan.placement.problem import Demand, Firmness, Pool, Problem, Scheduler

FILE = Path(__file__).resolve().parents[1] / "placement" / "real_scheduler.json"
SCENES = 6
ZONES = ("z-a", "z-b", "z-c")


def record(there: Stage, scheduler: Scheduler, seed: int) -> dict[str, Any]:
    """Let one scene happen, and write down who came when, and who was seated where."""
    dice = random.Random(f"record {seed}")  # noqa: S311 - no secret
    asked = _problem(dice, scheduler)
    counts = {one.name: dice.randint(3, 9) for one in asked.pools}
    homes = {one.workload: _homes(dice, one, asked.pools) for one in asked.demands}
    nodes = nodes_of(asked, counts)
    pods = [(one, number) for one in asked.demands for number in range(one.pods_max)]
    dice.shuffle(pods)
    bodies = [pod_of(asked, one, _seats(one, homes[one.workload]), number) for one, number in pods]
    there.furnish(nodes, services_of(asked.demands))
    there.arrive(bodies)
    found = there.judged(len(bodies))
    there.clear()
    place = {node["metadata"]["name"]: at for at, node in enumerate(nodes)} | {"": -1}
    return {
        "scheduler": scheduler,
        "pools": {one.name: one.room for one in asked.pools},
        "demands": {one.workload: [one.needs, one.zones, one.hosts, homes[one.workload]] for one in asked.demands},
        "nodes": [
            [node["metadata"]["labels"]["bayplan.dev/pool"], node["metadata"]["labels"]["topology.kubernetes.io/zone"]]
            for node in nodes
        ],
        "arrivals": [[one.workload, place[found[name_of(body)]]] for (one, _), body in zip(pods, bodies, strict=True)],
    }


def _problem(dice: random.Random, scheduler: Scheduler) -> Problem:
    pools = [
        pool(f"pool-{number}", cpu=cpu, memory=memory, pods=dice.choice((12, 50)), zones=ZONES[: dice.randint(1, 3)])
        for number, (cpu, memory) in enumerate(dice.sample(((3920, 14162), (7910, 29317), (15890, 27381)), 2))
    ]
    pools.append(pool("pool-gpu", cpu=47810, memory=178933, accelerators=4, model="l4", zones=ZONES[:2]))
    demands = [_demand(dice, f"a/w{number:02}") for number in range(18)]
    return problem(*pools, *demands, scheduler=scheduler)


def _demand(dice: random.Random, name: str) -> Demand:
    firm: tuple[Firmness, ...] = ("off", "off", "should", "must")
    gpus = dice.choice((0, 0, 0, 1, 2))
    cpu = gpus * dice.randint(500, 4000) or dice.choice((100, 250, 500, 1000, 1700))
    return demand(
        name,
        cpu=cpu,
        memory=gpus * 4096 or max(128, cpu * dice.randint(1, 4)),
        accelerators=gpus,
        pods=(1, dice.randint(1, 8)),
        zones=dice.choice(firm),
        hosts=dice.choice(firm),
    )


def _homes(dice: random.Random, asked: Demand, pools: tuple[Pool, ...]) -> list[str]:
    fit = [one.name for one in pools if one.accelerators or not asked.accelerators]
    return sorted(dice.sample(fit, min(len(fit), dice.choice((1, 1, 2)))))


def _seats(asked: Demand, homes: list[str]) -> list[Seat]:
    return [Seat(workload=asked.workload, pool=home, pods_min=0, pods_max=0) for home in homes]


def main() -> None:
    """All scenes under both profiles, a line each."""
    schedulers: tuple[Scheduler, ...] = ("LeastAllocated", "MostAllocated")
    scenes = []
    for scheduler in schedulers:
        with stage(scheduler, f"record-{scheduler.lower()}") as there:
            scenes += [record(there, scheduler, seed) for seed in range(SCENES)]
    lines = ",\n".join(json.dumps(scene, separators=(",", ":")) for scene in scenes)
    FILE.write_text(f"[\n{lines}\n]\n")


if __name__ == "__main__":
    main()
