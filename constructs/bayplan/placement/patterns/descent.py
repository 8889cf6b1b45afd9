"""A packing node by node: the fluid picture says which nodes to buy, an exact search how to fill them.

After every step the fluid picture of what is left is drawn anew, so that what one node takes too much or too little is
made good by the next. The dearest nodes come first: what they leave, cheap ones can still take.
"""

from __future__ import annotations

from heapq import heappop, heappush
from math import ceil
from typing import TYPE_CHECKING

from bayplan.placement.patterns.columns import Prices, fill, orders, worth_of
from bayplan.placement.patterns.knapsack import best_patterns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bayplan.placement.patterns.columns import Column
    from bayplan.placement.patterns.effort import Effort
    from bayplan.placement.patterns.relaxation import Fluid, Relaxation
    from bayplan.placement.patterns.rest import Rest

WHOLE = 0.999
"""Nodes from which on a kind is bought."""
TASTE = 0.02
"""For large pods, where nodes are filled by lots."""
WASTE = 0.003
"""Of a node's price: a greedy filling that wastes less is good enough where there are many nodes."""
POOR = 0.05
"""Of a node's price: one that would waste more is left to the next picture."""
WIDE = 50_000
"""Variables from which on the fluid picture is not drawn anew for half of the nodes."""
NEAR = 0.002
"""How near to the best a node has to be filled where there are many."""
SOME = 1e-6
"""Of a pod: less is none."""
LEAST = 1e-5
"""Of the dearest pod: what any pod is worth at least when the last are seated."""
AT_ONCE = 3
"""Nodes that are bought alike without a second look; of more, only half."""


def descend(rest: Rest, relaxation: Relaxation, effort: Effort, taste: float) -> None:
    """Fill nodes as long as the fluid picture asks for whole ones; `taste` for large pods while small ones are left."""
    while any(rest.left) and effort.left:
        fluid = relaxation.solve(dict(enumerate(rest.limits)), rest.left)
        if fluid is None:
            return
        effort.simplex(fluid.effort, relaxation.rows, relaxation.variables)
        wanted = [
            (rest.question.kinds[kind].price, nodes, kind)
            for kind, nodes in enumerate(fluid.nodes)
            if nodes >= WHOLE and rest.room_for(kind)
        ]
        if not wanted:
            return
        _, nodes, kind = max(wanted)
        found = best_patterns(rest.question, kind, _tasted(rest, kind, fluid, taste), rest.left, effort)
        if not found:
            return
        alike = min([int(nodes + 1 - WHOLE), *(rest.left[shape] // pods for shape, pods in found[-1][1])])
        rest.take(found[-1], max(1, alike if alike <= AT_ONCE else alike // 2))


def descend_by_lots(rest: Rest, relaxation: Relaxation, fluid: Fluid | None, prices: Prices, effort: Effort) -> None:
    """The same where shapes are too many to draw the picture anew for every node: half of the nodes, then a new one.

    A node of a kind is filled from the pods that the picture puts on nodes of that kind.
    """
    share = 1.0 if relaxation.variables > WIDE else 0.5
    while fluid is not None and any(rest.left):
        before = rest.cost, sum(rest.left)
        for kind in sorted(range(len(fluid.nodes)), key=lambda one: (-rest.question.kinds[one].price, one)):
            whole = int(fluid.nodes[kind] + 1 - WHOLE)
            nodes = max(int(whole * share), min(whole, AT_ONCE))
            _buy_lot(rest, kind, fluid, prices, nodes=min(nodes, rest.room_for(kind)), effort=effort)
        if before == (rest.cost, sum(rest.left)) or not effort.left:
            return
        fluid = relaxation.solve(dict(enumerate(rest.limits)), rest.left)
        if fluid is not None:
            effort.simplex(fluid.effort, relaxation.rows, relaxation.variables)


def _buy_lot(rest: Rest, kind: int, fluid: Fluid, prices: Prices, *, nodes: int, effort: Effort) -> None:
    values = _tasted(rest, kind, fluid, TASTE)
    mine = [0] * len(rest.left)
    for shape, pods in zip(rest.question.kinds[kind].shapes, fluid.pods[kind], strict=True):
        mine[shape] = min(rest.left[shape], ceil(pods - SOME))
    tasted = Prices(values=values, units=prices.units)
    for _ in range(nodes):
        ways = list(orders(rest.question, kind, tasted, mine))
        found = [fill(rest.question, kind, order, mine) for order in ways]
        effort.tried(sum(len(order) for order in ways) + len(mine) // 10)
        found.sort(key=lambda column: worth_of(values, column))
        if effort.left and found and worth_of(fluid.values, found[-1]) < rest.question.kinds[kind].price * (1 - WASTE):
            found += best_patterns(rest.question, kind, values, mine, effort, near=NEAR)
        if not found or worth_of(fluid.values, found[-1]) < rest.question.kinds[kind].price * (1 - POOR):
            return
        rest.take(found[-1], 1)
        for shape, pods in found[-1][1]:
            mine[shape] -= pods


def _tasted(rest: Rest, kind: int, fluid: Fluid, taste: float) -> Sequence[float]:
    """Values with a little more for what is large on this kind: small pods fit anywhere later."""
    room = rest.question.kinds[kind].room
    values = list(fluid.values)
    for shape in rest.question.kinds[kind].shapes:
        needs = rest.question.shapes[shape].needs
        values[shape] *= 1 + taste * max(
            (need / size for need, size in zip(needs, room, strict=True) if need), default=0
        )
    return values


def finish(rest: Rest, prices: Prices) -> None:
    """Seat what is left greedily: always the node that costs least for what its pods are worth.

    Offers only grow dearer while pods are seated, so each is looked at again only when it seems to be the best.
    """
    question = rest.question
    # What rides for nothing in the fluid picture has to sit somewhere, too.
    least = LEAST * max(prices.values, default=0.0) + LEAST
    prices = Prices(values=[max(value, least) for value in prices.values], units=prices.units)
    tries = [
        (kind, order)
        for kind in range(len(question.kinds))
        if rest.room_for(kind)
        for order in orders(question, kind, prices, rest.left)
    ]
    offers: list[tuple[float, int, Column]] = [(0.0, number, (kind, ())) for number, (kind, _) in enumerate(tries)]
    while offers and any(rest.left):
        _, number, column = heappop(offers)
        kind, order = tries[number]
        if not rest.room_for(kind):
            continue
        if column[1] and all(pods <= rest.left[shape] for shape, pods in column[1]):
            rest.take(column, min([rest.room_for(kind), *(rest.left[shape] // pods for shape, pods in column[1])]))
        order[:] = [shape for shape in order if rest.left[shape]]
        column = fill(question, kind, order, rest.left)
        if column[1]:
            heappush(offers, (question.kinds[kind].price / worth_of(prices.values, column), number, column))
