"""Certificates are checked without a solver, and what is changed in one is noticed."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.placement.small_packings import optimum, questions

from bayplan.placement.certificate.check import check
from bayplan.placement.certificate.statement import Branch, Certificate, Leaf, RefusedError
from bayplan.placement.certificate.text import plain, read
from bayplan.placement.patterns.pack import pack
from bayplan.placement.patterns.packing import Bin, Item

SLOW = settings(
    max_examples=60, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
ITEMS = [
    Item(name="web", needs=(3, 2, 0), count=7, bins=(0, 1)),
    Item(name="model", needs=(2, 4, 3), count=3, bins=(1,)),
]
BINS = [
    Bin(name="small", room=(8, 8, 0), price=100, nodes_min=0, nodes_max=9),
    Bin(name="large", room=(12, 20, 8), price=310, nodes_min=1, nodes_max=9),
]


def _leaf(case: Branch | Leaf) -> Leaf:
    return _leaf(case.below) if isinstance(case, Branch) else case


def test_a_claim_above_what_is_proven_is_refused() -> None:
    certificate = pack(ITEMS, BINS).certificate
    with pytest.raises(RefusedError, match="claims"):
        check(ITEMS, BINS, replace(certificate, bound=certificate.bound + 1))


def test_pods_worth_more_than_their_node_are_refused() -> None:
    certificate = pack(ITEMS, BINS).certificate
    leaf = _leaf(certificate.root)
    greedy = replace(leaf, values=tuple(value * 2 for value in leaf.values))
    with pytest.raises(RefusedError):
        check(ITEMS, BINS, replace(certificate, root=greedy))


@pytest.mark.parametrize("change", [{"needs": (1, 1, 0)}, {"count": 1}], ids=["smaller", "fewer"])
def test_a_proof_for_more_demand_does_not_hold_for_less(change: dict[str, object]) -> None:
    certificate = pack(ITEMS, BINS).certificate
    fewer = [replace(ITEMS[0], **change), ITEMS[1]]  # type: ignore[arg-type]
    with pytest.raises(RefusedError):
        check(fewer, BINS, certificate)


def test_a_cheaper_node_is_noticed() -> None:
    certificate = pack(ITEMS, BINS).certificate
    with pytest.raises(RefusedError):
        check(ITEMS, [replace(BINS[0], price=50), BINS[1]], certificate)


@given(questions(), st.data())
@SLOW
def test_whatever_is_accepted_is_below_the_optimum(question: tuple[list[Item], list[Bin]], data: st.DataObject) -> None:
    """Any integers: what the checker lets through may not be more than the true optimum."""
    items, bins = question
    best = optimum(items, bins)
    certificate = pack(items, bins, 0.0).certificate
    changed = _changed(certificate, data)
    try:
        proven = check(items, bins, changed)
    except RefusedError:
        return
    assert best is None or proven <= best


def _changed(certificate: Certificate, data: st.DataObject) -> Certificate:
    """The certificate with some of its integers moved, and perhaps a case on top."""
    move = st.sampled_from([0, 0, 0, 1, -1, 7, -7, 100, -1000])
    leaf = _leaf(certificate.root)
    values = tuple(value + data.draw(move) for value in leaf.values)
    limits = tuple((number, worth + data.draw(move)) for number, worth in leaf.limits)
    weights = tuple(tuple((facet, weight + data.draw(move)) for facet, weight in weighted) for weighted in leaf.weights)
    other: Branch | Leaf = Leaf(values=values, limits=limits, weights=weights)
    if data.draw(st.booleans()):
        over, most = data.draw(st.integers(-1, 2)), data.draw(st.integers(-1, 2))
        parts = [other, leaf] if data.draw(st.booleans()) else [leaf, other]
        other = Branch(over=over, at_most=most, below=parts[0], above=parts[1])
    return replace(certificate, bound=certificate.bound + data.draw(move), root=other)


def test_checking_starts_no_solver() -> None:
    code = (
        "import sys, bayplan.placement.certificate.check; sys.exit('ortools' in sys.modules or 'numpy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@given(questions())
@SLOW
def test_what_a_lock_file_keeps_is_the_certificate(question: tuple[list[Item], list[Bin]]) -> None:
    certificate = pack(*question, 0.0).certificate
    assert read(plain(certificate)) == certificate


@pytest.mark.parametrize("told", [None, {}, {"bound": 1, "scale": 1, "sets": [], "root": {"values": ["a"]}}])
def test_what_has_not_the_form_of_a_certificate_is_refused(told: object) -> None:
    with pytest.raises(RefusedError, match="form"):
        read(told)
