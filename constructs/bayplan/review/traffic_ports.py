"""What one set of ports has and another has not."""

from __future__ import annotations

from bayplan.validation.reachability.ports import Ports, Span, merged


def less(ports: Ports, other: Ports) -> Ports:
    """The ports of the first that the second has not."""
    left = list(ports)
    for taken in other:
        left = [piece for span in left for piece in without(span, taken)]
    return merged(left)


def without(span: Span, taken: Span) -> list[Span]:
    """What is left of a range."""
    if span.protocol != taken.protocol or taken.last < span.first or span.last < taken.first:
        return [span]
    pieces = (Span(span.protocol, span.first, taken.first - 1), Span(span.protocol, taken.last + 1, span.last))
    return [piece for piece in pieces if piece.first <= piece.last]
