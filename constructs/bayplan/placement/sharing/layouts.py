"""How the accelerators of a node can be dealt out: 3 and 5 of 8 leave nothing, 3 and 3 leave 2."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bayplan.placement.sharing.question import Host

MANY = 400
"""Above so many ways the sum alone is looked at; what then does not fit is mended on the nodes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """One way to deal out accelerators."""

    bundles: tuple[int, ...]
    """How many of each width, in the order of the widths."""
    takes: int
    """Of the limit of its host."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deal:
    """All ways of a host, and the limit that they share."""

    widths: tuple[int, ...]
    layouts: tuple[Layout, ...]
    limit: int


def deal(host: Host, widths: Sequence[int]) -> Deal:
    """Every way that leaves no room for one more bundle: a node takes one of them."""
    fitting = tuple(sorted({width for width in widths if 0 < width <= host.accelerators}))
    if not fitting:
        return Deal(widths=(), layouts=(), limit=0)
    ways = list(islice(_ways(host.accelerators, fitting[::-1]), MANY + 1))
    if len(ways) <= MANY:
        whole = tuple(Layout(bundles=way[::-1], takes=1) for way in ways)
        return Deal(widths=fitting, layouts=whole, limit=host.nodes)
    parts = (Layout(bundles=tuple(int(other == width) for other in fitting), takes=width) for width in fitting)
    return Deal(widths=fitting, layouts=tuple(parts), limit=host.nodes * host.accelerators)


def _ways(left: int, widths: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Counts of each width, widest first; the narrowest takes what is left."""
    widest, *narrower = widths
    if not narrower:
        yield (left // widest,)
        return
    for count in range(left // widest, -1, -1):
        for others in _ways(left - count * widest, narrower):
            yield (count, *others)
