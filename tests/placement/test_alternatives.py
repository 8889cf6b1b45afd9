"""Alternatives: the choice of accelerators and replicas is the cheapest that brute force finds, on measured rates."""

from __future__ import annotations

import csv
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
from tests.placement.small import demand, pool, problem

from bayplan.placement.problem import LEVELS, Choice, Option, Problem
from bayplan.placement.solve import solve
from bayplan.placement.verify import verify

TABLE = Path("/work/shared/data/gavel-throughputs/isolated_throughputs.csv")
"""Steps per second of training jobs on three models of NVIDIA (Gavel, OSDI 2020)."""
PRICES = {"k80": 9000, "p100": 14600, "v100": 30600}
"""Of one node with one accelerator, in 1e-4 USD per hour."""


def rows() -> list[dict[str, str]]:
    if not TABLE.exists():
        return []
    with TABLE.open() as file:
        return [row for row in csv.DictReader(file) if row["scale_factor"] == "1" and all(row[m] for m in PRICES)]


def question(row: dict[str, str], low: int, high: int) -> Problem:
    """A load in thousandths of a step per second, and a pool for each model with one accelerator a node."""
    rates = {model: round(float(row[model]) * 1000) for model in PRICES}
    rates = {model: rate for model, rate in rates.items() if rate}
    parts = [
        replace(demand(f"a/w@{model}", accelerators=1, model=model, pods=(0, -(-high // rate))), elastic=True, of="a/w")
        for model, rate in rates.items()
    ]
    bays = [
        pool(model, accelerators=1, model=model, price=PRICES[model], nodes=(0, 60), zones=("z-a",)) for model in rates
    ]
    options = tuple(Option(demand=f"a/w@{model}", throughput=rate) for model, rate in sorted(rates.items()))
    choice = Choice(workload="a/w", load_min=low, load_max=high, options=options)
    return replace(problem(*parts, *bays, scheduler="MostAllocated"), choices=(choice,))


def brute_force(asked: Problem) -> int:
    """The least cost of both ends together: every count of every model at both, those at the minimum never more."""
    (choice,) = asked.choices
    rates = [option.throughput for option in choice.options]
    prices = [PRICES[option.demand.rpartition("@")[2]] for option in choice.options]

    def carrying(load: int) -> list[tuple[int, ...]]:
        counts = product(*(range(-(-load // rate) + 1) for rate in rates))
        return [c for c in counts if sum(n * r for n, r in zip(c, rates, strict=True)) >= load]

    best = None
    highs = carrying(choice.load_max)
    for low in carrying(choice.load_min):
        for high in highs:
            grows = all(a <= b and (a or not b) for a, b in zip(low, high, strict=True))
            cost = sum((a + b) * price for a, b, price in zip(low, high, prices, strict=True))
            if grows and (best is None or cost < best):
                best = cost
    assert best is not None
    return best


@pytest.mark.skipif(not rows(), reason=f"{TABLE} is not here")
@pytest.mark.parametrize("number", range(12))
def test_measured_rates_are_combined_as_brute_force_would(number: int) -> None:
    row = rows()[number * len(rows()) // 12]
    fastest = max(round(float(row[model]) * 1000) for model in PRICES)
    low, high = fastest * 12 // 10, fastest * (23 + number) // 10
    asked = question(row, low, high)
    plan = solve(asked)
    assert verify(asked, plan) == []
    assert plan.cost_min_e4_usd_per_hour + plan.cost_max_e4_usd_per_hour == brute_force(asked)
    (choice,) = asked.choices
    for level, load in zip(LEVELS, (low, high), strict=True):
        pods = {seat.workload: seat.pods_min if level == "min" else seat.pods_max for seat in plan.seats}
        assert sum(option.throughput * pods.get(option.demand, 0) for option in choice.options) >= load


def test_a_mixture_beats_each_kind_alone() -> None:
    """One v100 and a k80 carry 11, where two v100 or eleven k80 would be dearer."""
    asked = question({"k80": "0.001", "p100": "0", "v100": "0.010"}, 11, 11)
    plan = solve(asked)
    assert {seat.workload: seat.pods_max for seat in plan.seats} == {"a/w@k80": 1, "a/w@v100": 1}
    assert plan.cost_max_e4_usd_per_hour == PRICES["k80"] + PRICES["v100"]


def test_an_accelerator_that_is_sold_out_leaves_the_load_to_others() -> None:
    asked = question({"k80": "0.004", "p100": "0", "v100": "0.010"}, 20, 20)
    few = [replace(one, nodes_max=4) if one.name == "k80" else one for one in asked.pools]
    plan = solve(replace(asked, pools=tuple(few)))
    assert {seat.workload: seat.pods_max for seat in plan.seats} == {"a/w@k80": 3, "a/w@v100": 1}
