"""Who may reach whom, before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from bayplan.review.flow import Flow
from bayplan.review.traffic_touched import Touched, touched
from bayplan.review.traffic_ways import ways

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.review.comparison import Comparison
    from bayplan.review.traffic_ways import Way

_about: WeakKeyDictionary[Comparison, Touched] = WeakKeyDictionary()
_found: WeakKeyDictionary[Comparison, list[Way]] = WeakKeyDictionary()


def flows(comparison: Comparison) -> Iterator[Flow]:
    """Every way that is opened or closed."""
    for way in ways_of(comparison):
        yield Flow(
            cluster=comparison.name,
            source=way.source,
            target=way.target,
            ports=way.ports,
            before=not way.is_open,
            after=way.is_open,
            why=way.why,
        )


def ways_of(comparison: Comparison) -> list[Way]:
    """The same, for who tells what they mean; looked for once."""
    if comparison not in _found:
        about = about_of(comparison)
        _found[comparison] = ways(comparison, about) if about else []
    return _found[comparison]


def about_of(comparison: Comparison) -> Touched:
    """Whose ways may have changed; nobody's in what no cluster is given."""
    if comparison not in _about:
        _about[comparison] = touched(comparison) if comparison.name != "?" else Touched()
    return _about[comparison]
