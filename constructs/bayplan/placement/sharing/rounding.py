"""From a flow to whole pods: what is whole already stays, the rest is decided among the columns that lose little."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ortools.sat.python import cp_model

from bayplan.placement.model import ask
from bayplan.placement.sharing.layouts import deal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bayplan.placement.sharing.fluid import Column, Flow
    from bayplan.placement.sharing.question import Question

LOSS_PERMILLE = 30
"""Of the greatest weight: columns that lose more at the margin are not tried."""
COLUMNS_MOST = 6000
SECONDS = 1.5
"""Deterministic ones."""


@dataclass(slots=True, kw_only=True)
class Rest:
    """What whole bundles leave of pods and room."""

    counts: list[int]
    room: list[list[int]]
    taken: dict[tuple[int, int], int]
    """Bundles of each host and width."""
    dearest: dict[tuple[int, int], int]
    """The most that one of them is worth."""


def amounts(question: Question, flow: Flow, headroom_percent: int) -> dict[Column, int]:
    """Whole amounts close to a flow: they hold in sum, a few bundles may not fit node by node."""
    whole = {column: int(amount + 1e-6) for column, amount in flow.amounts.items() if amount >= 1 - 1e-6}
    rest = _rest(question, whole, headroom_percent)
    limit = max([1, *(claim.weight for claim in question.claims)]) * LOSS_PERMILLE / 1000
    near = sorted((loss, column) for column, loss in flow.losses.items() if loss <= limit)
    for column, count in _chosen(question, rest, [column for _, column in near]).items():
        whole[column] = whole.get(column, 0) + count
    return whole


def _rest(question: Question, whole: dict[Column, int], headroom_percent: int) -> Rest:
    rest = Rest(
        counts=[claim.count for claim in question.claims],
        room=[[host.nodes * room * (100 - headroom_percent) // 100 for room in host.room] for host in question.hosts],
        taken=defaultdict(int),
        dearest=defaultdict(int),
    )
    for (host, bundle), count in whole.items():
        rest.taken[host, bundle[0]] += count
        rest.dearest[host, bundle[0]] = max(rest.dearest[host, bundle[0]], question.weight(bundle))
        for claim, pods in bundle[1]:
            rest.counts[claim] -= pods * count
        for kind, need in enumerate(question.needs(bundle)):
            rest.room[host][kind] -= need * count
    return rest


def _most(question: Question, rest: Rest, column: Column) -> int:
    """How many more of a column could be, for its pods and its room."""
    host, bundle = column
    pods = [rest.counts[claim] // count for claim, count in bundle[1]]
    needs = zip(rest.room[host], question.needs(bundle), strict=True)
    return max(0, min(pods + [room // need for room, need in needs if need]))


def _chosen(question: Question, rest: Rest, columns: Sequence[Column]) -> dict[Column, int]:
    """The best of what is left over, in whole numbers."""
    model = cp_model.CpModel()
    variables: dict[Column, cp_model.IntVar] = {}
    for column in columns:
        most = _most(question, rest, column)
        if most and len(variables) < COLUMNS_MOST:
            variables[column] = model.new_int_var(0, most, "")
    _limit_pods(model, rest, variables)
    given_up: list[cp_model.LinearExprT] = []
    for host in range(len(question.hosts)):
        here = {key: value for key, value in variables.items() if key[0] == host}
        _limit_room(model, question, rest, host, here)
        given_up += _limit_accelerators(model, question, rest, host, here)
    worth = [question.weight(bundle) * variable for (_, bundle), variable in variables.items()]
    model.maximize(cp_model.LinearExpr.sum(worth) - cp_model.LinearExpr.sum(given_up))
    solver = ask(model, SECONDS)
    if solver is None:
        return {}
    return {column: count for column, variable in variables.items() if (count := solver.value(variable))}


def _limit_pods(model: cp_model.CpModel, rest: Rest, variables: dict[Column, cp_model.IntVar]) -> None:
    uses: dict[int, list[cp_model.LinearExprT]] = defaultdict(list)
    for (_, bundle), variable in variables.items():
        for claim, count in bundle[1]:
            uses[claim].append(count * variable)
    for claim, terms in uses.items():
        model.add(sum(terms) <= rest.counts[claim])


def _limit_room(
    model: cp_model.CpModel, question: Question, rest: Rest, host: int, variables: dict[Column, cp_model.IntVar]
) -> None:
    """Room in sum."""
    needs = [(question.needs(bundle), variable) for (_, bundle), variable in variables.items()]
    for kind, room in enumerate(rest.room[host]):
        model.add(sum(need[kind] * variable for need, variable in needs) <= max(0, room))


def _limit_accelerators(
    model: cp_model.CpModel, question: Question, rest: Rest, host: int, variables: dict[Column, cp_model.IntVar]
) -> Iterator[cp_model.LinearExprT]:
    """Bundles within the layouts of whole nodes; what it costs to give up some that were whole in the flow."""
    dealt = deal(question.hosts[host], [claim.width for claim in question.claims if host in claim.hosts])
    counts = [model.new_int_var(0, dealt.limit // layout.takes, "") for layout in dealt.layouts]
    model.add(sum(layout.takes * count for layout, count in zip(dealt.layouts, counts, strict=True)) <= dealt.limit)
    for position, width in enumerate(dealt.widths):
        slots = sum(layout.bundles[position] * count for layout, count in zip(dealt.layouts, counts, strict=True))
        more = sum(variable for (_, bundle), variable in variables.items() if bundle[0] == width)
        short = model.new_int_var(0, rest.taken[host, width], "")
        model.add(more + rest.taken[host, width] - short <= slots)
        yield short * rest.dearest[host, width]
