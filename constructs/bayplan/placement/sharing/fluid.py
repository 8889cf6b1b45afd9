"""The fluid picture: pods may be cut and moved between equal nodes, accelerators may not.

A linear program over bundles on hosts. Bundles that share an accelerator are too many to list: those that pay at the
present prices are found by a knapsack, until none does. Then the prices prove a bound.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from ortools.linear_solver import pywraplp  # type: ignore[import-untyped]  # it has no types

from bayplan.placement.sharing.accelerator import Accelerator, Share
from bayplan.placement.sharing.ceiling import FINE, Prices
from bayplan.placement.sharing.layouts import deal
from bayplan.placement.sharing.question import Bundle, Question, single

if TYPE_CHECKING:
    from collections.abc import Iterator

Column: TypeAlias = tuple[int, Bundle]
"""A bundle on a host."""
ENGINES = (
    ("GLOP", "use_scaling:false"),
    ("GLOP", "use_dual_simplex:true"),
    ("GLOP", "use_preprocessing:false"),
    ("CLP", ""),
)
"""GLOP now and then ends "abnormal" on these programs, which have many equal solutions; CLP takes six times as long."""
ROUNDS = 80
NOTHING = 1e-7


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """A solution: how much of each column, and what everything is worth at the margin."""

    worth: float
    amounts: dict[Column, float]
    losses: dict[Column, float]
    """What one unit of a column would cost; 0 for those that are used."""
    prices: Prices


def flow(question: Question, headroom_percent: int) -> Flow | None:
    """The best flow that leaves some of all room but accelerators free; None if no engine can tell."""
    for engine, parameters in ENGINES:
        found = Fluid(question, headroom_percent, engine, parameters).solve()
        if found is not None:
            return found
    return None


class Fluid:
    """The program, which grows by the columns that pay."""

    def __init__(self, question: Question, headroom_percent: int, engine: str, parameters: str) -> None:
        self._question = question
        self._solver = pywraplp.Solver.CreateSolver(engine)
        self._solver.SetSolverSpecificParametersAsString(parameters)
        self._scale = max([1, *(claim.weight for claim in question.claims)])
        self._solver.Objective().SetMaximization()
        self._columns: dict[Column, pywraplp.Variable] = {}
        self._pods = [self._at_most(claim.count) for claim in question.claims]
        part = 1 - headroom_percent / 100
        self._room = [[self._at_most(host.nodes * part) for _ in host.room] for host in question.hosts]
        self._slots = [self._deal(host) for host in range(len(question.hosts))]
        for host in range(len(question.hosts)):
            for claim in range(len(question.claims)):
                if question.takes(host, claim) and question.claims[claim].count:
                    self._add((host, single(question, claim)))

    def solve(self) -> Flow | None:
        """Let columns grow until none pays."""
        for _ in range(ROUNDS):
            if self._solver.Solve() != pywraplp.Solver.OPTIMAL:
                return None
            gains, room = self._margins()
            found = self._flow(gains, room)
            paying = list(self._paying(gains, room))  # before the program changes: then its prices are gone
            if not sum(self._add(column) for column in paying):
                return found
        return found

    def _at_most(self, limit: float) -> pywraplp.Constraint:
        return self._solver.Constraint(-self._solver.infinity(), float(limit))

    def _deal(self, host: int) -> dict[int, pywraplp.Constraint]:
        """Rows that give a bundle accelerators next to each other, for each width."""
        widths = [claim.width for claim in self._question.claims if host in claim.hosts]
        dealt = deal(self._question.hosts[host], widths)
        rows = {width: self._at_most(0) for width in dealt.widths}
        limit = self._at_most(dealt.limit)
        for layout in dealt.layouts:
            variable = self._solver.NumVar(0, self._solver.infinity(), "")
            limit.SetCoefficient(variable, layout.takes)
            for width, bundles in zip(dealt.widths, layout.bundles, strict=True):
                rows[width].SetCoefficient(variable, -bundles)
        return rows

    def _add(self, column: Column) -> bool:
        """Take a column in; False where it is known."""
        if column in self._columns:
            return False
        host, bundle = column
        variable = self._solver.NumVar(0, self._solver.infinity(), "")
        for claim, count in bundle[1]:
            self._pods[claim].SetCoefficient(variable, count)
        whole = self._question.hosts[host].room
        for row, need, room in zip(self._room[host], self._question.needs(bundle), whole, strict=True):
            if need:
                row.SetCoefficient(variable, need / room)
        if bundle[0]:
            self._slots[host][bundle[0]].SetCoefficient(variable, 1)
        self._solver.Objective().SetCoefficient(variable, self._question.weight(bundle) / self._scale)
        self._columns[column] = variable
        return True

    def _margins(self) -> tuple[list[float], list[list[float]]]:
        """A pod's weight beyond its price, and the price of room, per unit."""
        prices = [row.dual_value() * self._scale for row in self._pods]
        gains = [claim.weight - price for claim, price in zip(self._question.claims, prices, strict=True)]
        room = [
            [
                max(0.0, row.dual_value()) * self._scale / max(1, whole)
                for row, whole in zip(rows, host.room, strict=True)
            ]
            for rows, host in zip(self._room, self._question.hosts, strict=True)
        ]
        return gains, room

    def _paying(self, gains: list[float], room: list[list[float]]) -> Iterator[Column]:
        """Sets of shares that are worth more than the accelerator that they need."""
        claims = self._question.claims
        for host, slots in enumerate(self._slots):
            if 1 not in slots:
                continue
            shares = [
                Share(number, claim.share_milli, claim.count, gains[number] - _cost(claim.needs, room[host]))
                for number, claim in enumerate(claims)
                if claim.share_milli and self._question.takes(host, number)
            ]
            for pods in Accelerator(shares).above(slots[1].dual_value() * self._scale + NOTHING * self._scale):
                yield (host, (1, pods))

    def _flow(self, gains: list[float], room: list[list[float]]) -> Flow:
        amounts = {column: variable.solution_value() for column, variable in self._columns.items()}
        prices = (claim.weight - gain for claim, gain in zip(self._question.claims, gains, strict=True))
        return Flow(
            worth=self._solver.Objective().Value() * self._scale,
            amounts={column: amount for column, amount in amounts.items() if amount > NOTHING},
            losses={
                column: max(0.0, -variable.reduced_cost()) * self._scale for column, variable in self._columns.items()
            },
            prices=Prices(
                pods=tuple(max(0, round(price * FINE)) for price in prices),
                room=tuple(tuple(round(price * FINE) for price in row) for row in room),
            ),
        )


def _cost(needs: tuple[int, ...], prices: list[float]) -> float:
    return sum(need * price for need, price in zip(needs, prices, strict=True))
