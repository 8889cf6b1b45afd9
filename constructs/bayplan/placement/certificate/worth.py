"""Whether a node can carry pods that are worth more than a sum: an exact search that prices cut short.

With prices on the facets of a node, a pattern is worth at most what the room is worth and what pods are worth more than
the room that they take. Along the counted resource (accelerators) every count is told apart. Where that does not
settle it, pods are tried one shape after the other, the largest first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bayplan.placement.certificate.facets import Measure

FINE = 1024
"""Parts of the values' unit in which prices of facets are told: a unit of memory is worth little."""


def most_worth(measure: Measure, values: Sequence[int], weights: Sequence[tuple[int, int]]) -> int:
    """No pattern of a node is worth more, by prices alone."""
    paid, gains = _gains(measure, values, weights)
    return (paid + _best(measure, gains)) // FINE


def _gains(measure: Measure, values: Sequence[int], weights: Sequence[tuple[int, int]]) -> tuple[int, list[int]]:
    """What the whole room is worth, and what a pod of each shape is worth more than the room that it takes."""
    paid, gains = 0, [FINE * value for value in values]
    for number, weight in weights:
        facet = measure.facets[number]
        paid += weight * facet.room
        gains = [gain - weight * steps for gain, steps in zip(gains, facet.column, strict=True)]
    return paid, gains


def _best(measure: Measure, gains: Sequence[int]) -> int:
    """The most that pods can gain if only the counted resource limits them."""
    free = 0
    best = [0] * (measure.total + 1)
    for gain, most, count in zip(gains, measure.most, measure.counts, strict=True):
        if gain <= 0:
            continue
        if not count:
            free += gain * most
            continue
        for _ in range(min(most, measure.total // count)):
            longer = [max(value, best[at - count] + gain) if at >= count else value for at, value in enumerate(best)]
            if longer == best:
                break
            best = longer
    return free + best[-1]
