"""One box: nodes that are filled alike, by workload, a lane for each resource."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bayplan.placement.terms import ACCELERATORS
from bayplan.placement.words import count, listing
from bayplan.report.html.markup import TIMES, Markup, join, tag
from bayplan.report.html.room import amount, long, short

if TYPE_CHECKING:
    from bayplan.placement.pool import Pool
    from bayplan.placement.problem import Problem
    from bayplan.placement.seating import Alike
    from bayplan.report.html.colors import Colors

MOST_CELLS = 16
"""Accelerators that are drawn one by one."""
LETTER = 6.1
"""Width of a letter in a label, in units of the picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """Measures of a box, in units of the picture."""

    name: str
    width: float
    gutter: float
    """Left of the lanes, for their names."""
    first: float
    """Height of the lane that counts."""
    other: float
    labels: bool


LARGE = Size(name="large", width=240, gutter=30, first=34, other=9, labels=True)
SMALL = Size(name="small", width=110, gutter=0, first=17, other=4, labels=False)
EDGE, GAP, HEAD = 7, 4, 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """Everything that one picture is made of."""

    problem: Problem
    pool: Pool
    alike: Alike
    lanes: tuple[int, ...]
    """Resources, the one that counts first."""
    colors: Colors
    size: Size
    headed: bool
    """Whether boxes of this bay have a line above the lanes."""
    key: str
    """By which the page tells it from others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """Where a resource is drawn."""

    kind: int
    top: float
    tall: float
    labels: bool


def draw(box: Box) -> Markup:
    """The picture, with all that it shows in words as well."""
    size, top, lanes = box.size, EDGE + (HEAD if box.headed else 0.0), []
    for kind in box.lanes:
        first = kind == box.lanes[0]
        lanes.append(Lane(kind=kind, top=top, tall=size.first if first else size.other, labels=first and size.labels))
        top += lanes[-1].tall + GAP
    height = top - GAP + EDGE
    return tag(
        "svg",
        tag("title", title(box.alike), id=f"{box.key}t"),
        tag("desc", describe(box.pool, box.alike, box.lanes), id=f"{box.key}d"),
        tag("rect", x=0.5, y=0.5, width=size.width - 1, height=height - 1, rx=5, class_="frame"),
        _head(box),
        *(_lane(box, lane) for lane in lanes),
        viewBox=f"0 0 {size.width:g} {height:g}",
        role="img",
        aria_labelledby=f"{box.key}t {box.key}d",
        class_=f"node {size.name}" + ("" if box.alike.held else " idle"),
    )


def title(alike: Alike) -> str:
    """`12 nodes: shop/front (2 pods), ...`."""
    held = ", ".join(f"{workload} ({count(pods, 'pod')})" for workload, pods in alike.held) or "nothing"
    each = " each" if alike.number > 1 else ""
    return f"{count(alike.number, 'node')}{each} with {held}"


def describe(pool: Pool, alike: Alike, lanes: tuple[int, ...]) -> str:
    """What is used and what is free, and where it stands."""
    said = [
        f"{long(pool, kind)} {amount(kind, alike.used[kind])} of {amount(kind, pool.room[kind])} used,"
        f" {amount(kind, pool.room[kind] - alike.used[kind])} free"
        for kind in lanes
    ]
    return f"{'; '.join(said)}. In {listing(list(alike.zones))}." if alike.zones else "; ".join(said)


def _head(box: Box) -> Markup:
    alike, pool, kind = box.alike, box.pool, box.lanes[0]
    if not box.size.labels:
        return tag("text", f"{alike.number} {TIMES}", x=EDGE, y=EDGE + 9, class_="many") if alike.number > 1 else join()
    free = f"{amount(kind, pool.room[kind] - alike.used[kind])} {short(pool, kind)} free" if alike.held else "idle"
    many = f"{alike.number} {TIMES}" if alike.number > 1 else "1 node"
    return join(
        tag("text", many, x=EDGE, y=EDGE + 10, class_="many"),
        tag("text", free, x=box.size.width - EDGE, y=EDGE + 10, text_anchor="end", class_="free"),
    )


def _lane(box: Box, lane: Lane) -> Markup:
    size, room = box.size, box.pool.room[lane.kind]
    left, whole = EDGE + size.gutter, size.width - 2 * EDGE - size.gutter
    parts = [tag("rect", x=left, y=lane.top, width=whole, height=lane.tall, rx=2, class_="empty")]
    if size.labels:
        parts.append(tag("text", short(box.pool, lane.kind), x=EDGE, y=lane.top + lane.tall / 2 + 3, class_="lane"))
    walls, labels, at = [], [], 0
    for workload, pods in box.alike.held:
        demand = box.problem.demand(workload)
        taken = demand.needs[lane.kind] * pods if demand else 0
        if not taken:
            continue
        start, wide = left + whole * at / room, whole * taken / room
        parts.append(_part(box, lane, (workload, pods), start, wide))
        if lane.labels and (text := _fitting(workload, pods, wide)):
            labels.append(tag("text", text, x=start + wide / 2, y=lane.top + lane.tall / 2 + 3.5, class_="label"))
        at += taken
    if lane.kind == ACCELERATORS and 1 < room <= MOST_CELLS:
        cuts = "".join(f"M{left + whole * cell / room:.5g} {lane.top:g}v{lane.tall:g}" for cell in range(1, room))
        walls.append(tag("path", d=cuts, class_="cell"))
    return tag("g", *parts, *walls, *labels)


def _part(box: Box, lane: Lane, held: tuple[str, int], start: float, wide: float) -> Markup:
    """Pointed at, it says whose it is; in the thin lanes colour has to do."""
    workload, pods = held
    return tag(
        "rect",
        tag("title", f"{workload}: {count(pods, 'pod')}") if lane.kind == box.lanes[0] else None,
        x=start,
        y=lane.top,
        width=max(wide - 0.6, 0.5),
        height=lane.tall,
        rx=1.5 if box.size.labels else None,
        style=box.colors.style(workload),
        class_="part",
    )


def _fitting(workload: str, pods: int, wide: float) -> str:
    """The longest name that has room: of app and workload, of the workload, its beginning, the number of its pods."""
    name = workload.partition("/")[2]
    many = f" {TIMES}{pods}" if pods > 1 else ""
    for text in (f"{workload}{many}", f"{name}{many}", name):
        if len(text) * LETTER + 4 <= wide:
            return text
    letters = int((wide - 4) / LETTER) - 1
    if letters >= 3:
        return f"{name[:letters]}…"
    return many.strip() if many and (len(many) - 1) * LETTER + 4 <= wide else ""
