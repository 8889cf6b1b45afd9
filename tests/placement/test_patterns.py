"""Packing nodes by patterns, against every other way there is to pack tiny questions."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.placement.small_packings import breaches, optimum, questions, renamed

from bayplan.placement.certificate.check import check
from bayplan.placement.patterns.pack import pack
from bayplan.placement.patterns.packing import Bin, Item

SLOW = settings(
    max_examples=60, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)


def test_the_optimum_lies_between_bound_and_cost() -> None:
    counted = {"seated": 0, "proven": 0, "impossible": 0, "found none": 0}

    @given(questions())
    @SLOW
    def holds(question: tuple[list[Item], list[Bin]]) -> None:
        items, bins = question
        best = optimum(items, bins)
        packing = pack(items, bins, 1.0)
        assert check(items, bins, packing.certificate) == packing.bound
        if best is None:
            counted["impossible"] += 1
            assert packing.unseated
            return
        assert not packing.impossible
        assert packing.bound <= best
        if packing.unseated:
            counted["found none"] += 1
            return
        assert packing.cost >= best
        counted["seated"] += 1
        counted["proven"] += packing.cost == packing.bound

    holds()
    assert counted["seated"] > 20, counted
    assert counted["impossible"] > 0, counted
    assert counted["found none"] <= counted["seated"] // 20, counted


@given(questions())
@SLOW
def test_an_answer_keeps_every_limit(question: tuple[list[Item], list[Bin]]) -> None:
    assert breaches(*question, pack(*question, 1.0)) == []


@given(questions(), st.randoms(use_true_random=False))
@SLOW
def test_names_and_order_change_neither_bound_nor_cost(question: tuple[list[Item], list[Bin]], dice: object) -> None:
    items, bins = question
    order = list(range(len(bins)))
    dice.shuffle(order)  # type: ignore[attr-defined]
    first, second = pack(items, bins, 1.0), pack(*renamed(items, bins, order), 1.0)
    assert (first.bound, first.cost) == (second.bound, second.cost)


@given(questions(), st.integers(2, 1000))
@SLOW
def test_scaling_prices_scales_bound_and_cost(question: tuple[list[Item], list[Bin]], factor: int) -> None:
    items, bins = question
    dear = [replace(one, price=one.price * factor) for one in bins]
    first, second = pack(items, bins, 1.0), pack(items, dear, 1.0)
    assert (first.bound * factor, first.cost * factor) == (second.bound, second.cost)


def test_no_effort_still_gives_a_packing() -> None:
    items = [Item(name="a", needs=(3, 1), count=40, bins=(0, 1)), Item(name="b", needs=(2, 2), count=33, bins=(1,))]
    bins = [
        Bin(name="small", room=(7, 4), price=50, nodes_min=0, nodes_max=100),
        Bin(name="large", room=(16, 9), price=100, nodes_min=0, nodes_max=100),
    ]
    packing = pack(items, bins, 0.0)
    assert not packing.unseated
    assert breaches(items, bins, packing) == []
    assert 0 < packing.bound <= packing.cost


def test_odd_accelerator_counts_are_told_apart() -> None:
    """Three pods with 5 of 8 accelerators need three nodes: in sums, two would do."""
    items = [Item(name="five", needs=(1, 5), count=3, bins=(0,))]
    bins = [Bin(name="eight", room=(100, 8), price=7, nodes_min=0, nodes_max=10)]
    assert pack(items, bins).bound == pack(items, bins).cost == 21


def test_nobody_to_seat_costs_what_must_be_paid() -> None:
    bins = [Bin(name="kept", room=(4,), price=5, nodes_min=2, nodes_max=3)]
    packing = pack([], bins)
    assert (packing.bound, packing.cost) == (10, 10)
    assert check([], bins, packing.certificate) == 10


def test_too_little_room_is_said_and_proven() -> None:
    items = [Item(name="a", needs=(2,), count=5, bins=(0,)), Item(name="huge", needs=(9,), count=1, bins=(0,))]
    bins = [Bin(name="few", room=(4,), price=5, nodes_min=0, nodes_max=2)]
    packing = pack(items, bins)
    assert packing.unseated == ((0, 1), (1, 1))
    assert packing.impossible


def test_no_bins_seat_nobody() -> None:
    packing = pack([Item(name="a", needs=(2,), count=5, bins=())], [])
    assert packing.unseated == ((0, 5),)
    assert packing.impossible
