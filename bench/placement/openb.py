"""openb: 8,152 pods of Alibaba's trace on 6,212 accelerators; how much of them can be in use at once.

`python -m bench.placement.openb --list default` prints one line of JSON. The peer is FGD (ATC '23), which sees the pods
one by one in random order; its published means are read from its own table. The plan is judged by `openb_judge`, which
reads the raw lists itself.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import time
from typing import TYPE_CHECKING

from bench.placement.openb_judge import Seat, judge
from bench.placement.openb_lists import DATA, NODES, Lists, path_of, read

from bayplan.placement.sharing.plan import plan

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bayplan.placement.sharing.seating import Seating


def seats(lists: Lists, seating: Seating) -> Iterator[Seat]:
    """Names for the numbers: which pod sits on which node, on which of its accelerators."""
    pods = [iter(names) for names in lists.pods]
    nodes = [iter(names) for names in lists.nodes]
    for filling in seating.fillings:
        for _ in range(filling.nodes):
            node, first = next(nodes[filling.host]), 0
            for width, claims in filling.bundles:
                gpus = tuple(range(first, first + width))
                first += width
                for claim, count in claims:
                    for _ in range(count):
                        yield Seat(pod=next(pods[claim]), node=node, gpus=gpus)


def published_percent(pods: Path) -> float | None:
    """FGD's mean over its ten orders, when as much has arrived as there is (95 and 100 % are in its table)."""
    with (DATA / "fgd_expected_alloc.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["workload"] == pods.stem and row["sc_policy"].endswith("FGD"):
                return float(row["alloc_pct_at_100_mean"])
    return None


def run(name: str) -> dict[str, object]:
    """Plan one list, judge it, and say what it took."""
    path = path_of(name)
    begun, worked = time.perf_counter(), time.process_time()
    lists = read(path)
    seating = plan(lists.question)
    seconds, cpu_seconds = time.perf_counter() - begun, time.process_time() - worked
    verdict = judge(path, DATA / NODES, list(seats(lists, seating)))
    others = sum(claim.weight * claim.count for claim in lists.question.claims if not claim.width)
    return {
        "list": path.stem.removeprefix("openb_pod_list_"),
        "allocated_percent": round(verdict.allocated_percent, 3),
        "bound_percent": round(100 * (seating.ceiling - others) / verdict.capacity_milli, 3),
        "fgd_percent": published_percent(path),
        "pods": [verdict.pods, verdict.asked],
        "pods_without_gpu": [verdict.pods_without_gpu, verdict.asked_without_gpu],
        "breaches": list(verdict.breaches),
        "seconds": round(seconds, 1),
        "cpu_seconds": round(cpu_seconds, 1),
    }


def main(arguments: list[str]) -> int:
    """One line of JSON; 1 where the judge finds a breach."""
    parser = argparse.ArgumentParser(prog="python -m bench.placement.openb")
    parser.add_argument("--list", default="default", help="default, gpuspec33, or the path of a list of pods")
    told = run(parser.parse_args(arguments).list)
    print(json.dumps(told))
    return 1 if told["breaches"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
