"""Where the boxes and lines of one app's picture stand: columns from who calls to who is called.

Columns by the longest way from the left, each sorted by where its callers stand. A line that passes a column has a lane
of its own in it, so that none disappears behind a box and seems to begin there.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bayplan.validation.reachability.flows import Place

WIDE, GAP, ROW, SLOT, EDGE = 200, 106, 16, 17, 10
"""Width of a box, room between columns, between boxes, for each line at a box, around the picture."""
HEAD, LANE, ABREAST = 54, 12, 4
"""Height of a box that no line leads to, of a lane, and how many boxes without lines stand side by side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line to draw: from a place to another, with what stands at its end."""

    source: Place
    target: Place
    label: str
    kind: str
    """`sure`, `perhaps`, `refused` or `stop`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where a box stands."""

    x: float
    y: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A picture with all its places."""

    width: float
    height: float
    spots: Mapping[Place, Spot]
    ends: Mapping[tuple[int, str], float]
    """Height of the beginning (`out`) and the end (`in`) of each line, by its number."""
    lanes: Mapping[int, tuple[Spot, ...]]
    """Where each line passes columns, from left to right."""


def lay_out(lines: Sequence[Line], inner: Sequence[Place]) -> Layout:
    """Columns for every place with a line; those without stand below, side by side."""
    linked = {place for line in lines for place in (line.source, line.target)}
    depth = depths(lines, [place for place in inner if place in linked])
    columns: list[list[Place | int]] = [[] for _ in range(max(depth.values(), default=-1) + 1)]
    for place in sorted(depth):
        columns[depth[place]].append(place)
    for number, line in enumerate(lines):
        for column in columns[depth[line.source] + 1 : depth[line.target]]:
            column.append(number)
    sizes = heights(lines)
    tallest = max((sum(sizes.get(one, LANE) + ROW for one in column) for column in columns), default=0.0)
    found: dict[Place | int, list[Spot]] = defaultdict(list)
    for index, column in enumerate(columns):
        y = EDGE + (tallest - sum(sizes.get(one, LANE) + ROW for one in column)) / 2
        for one in sorted(column, key=lambda item: (middle(item, lines, found), str(item))):
            found[one].append(Spot(x=EDGE + index * (WIDE + GAP), y=y, height=sizes.get(one, LANE)))
            y += sizes.get(one, LANE) + ROW
    loose = [place for place in inner if place not in linked]
    for number, place in enumerate(loose):
        x, y = EDGE + number % ABREAST * (WIDE + 2 * ROW), EDGE + tallest + number // ABREAST * (HEAD + ROW)
        found[place] = [Spot(x=x, y=y, height=HEAD)]
    spots = {one: where[0] for one, where in found.items() if not isinstance(one, int)}
    lanes = {one: tuple(where) for one, where in found.items() if isinstance(one, int)}
    return Layout(
        width=max((spot.x for spot in spots.values()), default=0) + WIDE + EDGE,
        height=max((spot.y + spot.height for spot in spots.values()), default=0) + EDGE,
        spots=spots,
        ends=slots(lines, spots),
        lanes=lanes,
    )


def heights(lines: Sequence[Line]) -> dict[Place | int, float]:
    """Height of each box by the lines at the fuller of its sides."""
    taken = Counter((place, side) for line in lines for place, side in ((line.source, "out"), (line.target, "in")))
    return {place: max(HEAD, SLOT * max(taken[place, "out"], taken[place, "in"]) + 26.0) for place, _ in taken}


def depths(lines: Sequence[Line], inner: Sequence[Place]) -> dict[Place, int]:
    """The column of each place: callers from outside, the app by the longest way, those that it calls outside."""
    own = set(inner)
    depth = dict.fromkeys(inner, 1)
    for _ in inner:  # a circle ends here, too
        for line in lines:
            if line.source in own and line.target in own and depth[line.target] <= depth[line.source] < len(inner):
                depth[line.target] = depth[line.source] + 1
    last = max(depth.values(), default=0) + 1
    for line in lines:
        if line.source not in own:
            depth[line.source] = 0
    for line in lines:
        depth.setdefault(line.target, last)
    used = sorted(set(depth.values()))
    return {place: used.index(one) for place, one in depth.items()}


def middle(item: Place | int, lines: Sequence[Line], found: Mapping[Place | int, list[Spot]]) -> float:
    """Where the callers of a place, or the beginning of a lane, stand."""
    callers = [lines[item].source] if isinstance(item, int) else [one.source for one in lines if one.target == item]
    places = [found[caller][0].y for caller in callers if caller in found]
    return sum(places) / len(places) if places else 0.0


def slots(lines: Sequence[Line], spots: Mapping[Place, Spot]) -> dict[tuple[int, str], float]:
    """Each line has its own height at both of its ends, in the order of where it comes from or goes to."""
    sides: dict[tuple[Place, str], list[tuple[float, int]]] = defaultdict(list)
    for number, line in enumerate(lines):
        sides[line.source, "out"].append((spots[line.target].y, number))
        sides[line.target, "in"].append((spots[line.source].y, number))
    found: dict[tuple[int, str], float] = {}
    for (place, side), many in sides.items():
        spot = spots[place]
        step = spot.height / (len(many) + 1)
        for position, (_, number) in enumerate(sorted(many)):
            found[number, side] = spot.y + step * (position + 1)
    return found
