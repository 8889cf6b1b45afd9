"""Sets of ports: what a policy lets through, as ranges by protocol.

Source: <https://kubernetes.io/docs/concepts/services-networking/network-policies/#targeting-a-range-of-ports>
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

PROTOCOLS = ("SCTP", "TCP", "UDP")
LAST = 65535


class Span(NamedTuple):
    """Ports of one protocol, both ends with them."""

    protocol: str
    first: int
    last: int


class Ports(tuple[Span, ...]):
    """Ranges that do not touch each other, sorted: equal sets are equal tuples."""

    __slots__ = ()

    def __or__(self, other: Ports) -> Ports:
        if not other or self == ALL:
            return self
        return other if not self or other == ALL else merged((*self, *other))

    def __and__(self, other: Ports) -> Ports:
        if self == ALL or not other:
            return other
        if other == ALL or not self:
            return self
        return merged(
            Span(one.protocol, max(one.first, two.first), min(one.last, two.last))
            for one in self
            for two in other
            if one.protocol == two.protocol and one.first <= two.last and two.first <= one.last
        )

    def holds(self, protocol: str, number: int) -> bool:
        """Whether a port is among them."""
        return any(one.protocol == protocol and one.first <= number <= one.last for one in self)

    def __str__(self) -> str:
        if self == ALL:
            return "every port"
        return ", ".join(told(span) for span in self) or "no port"


def merged(spans: Iterable[Span]) -> Ports:
    """Any ranges as a set."""
    kept: list[Span] = []
    for span in sorted(spans):
        last = kept[-1] if kept else None
        if last and last.protocol == span.protocol and span.first <= last.last + 1:
            kept[-1] = Span(last.protocol, last.first, max(last.last, span.last))
        else:
            kept.append(span)
    return Ports(kept)


def told(span: Span) -> str:
    """`TCP 8080`, `UDP 30000-30999`, `every port of TCP`."""
    if (span.first, span.last) == (1, LAST):
        return f"every port of {span.protocol}"
    return f"{span.protocol} {span.first}" + (f"-{span.last}" if span.last > span.first else "")


def only(protocol: str, number: int) -> Ports:
    """One port."""
    return Ports((Span(protocol, number, number),))


NONE = Ports()
ALL = Ports(Span(protocol, 1, LAST) for protocol in PROTOCOLS)
