"""The ways between pods that a change opens or closes: NetworkPolicies of both sides, and who the mesh lets in."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bayplan.review.traffic_ports import less
from bayplan.review.traffic_side import Side, ports_declared
from bayplan.review.traffic_touched import ends_of
from bayplan.validation.reachability.graph import place_of
from bayplan.validation.reachability.peers import EVERYBODY
from bayplan.validation.reachability.policy import EGRESS, INGRESS
from bayplan.validation.reachability.ports import ALL, Ports

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.ref import Ref
    from bayplan.review.comparison import Comparison
    from bayplan.review.traffic_touched import Key, Touched

MOST_PAIRS = 30_000
"""Pairs of pods that are compared one by one; with more only those within a namespace are."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Way:
    """What is open now and was not, or the other way."""

    source: str
    target: str
    ports: str
    is_open: bool
    """Now; before it was not so."""
    direction: str
    """Whose side of it has changed: `ingress` of the target, `egress` of the source."""
    owner: Ref
    """Who makes the pods of that side."""
    why: str


def ways(comparison: Comparison, about: Touched) -> list[Way]:
    """All that are opened or closed."""
    before, after = ends_of(comparison.base), ends_of(comparison.head)
    guarded = {
        key: tuple(sorted({*ports_declared(before[key]), *ports_declared(after[key])}))
        for key in about.guarded & before.keys() & after.keys()
    }
    base = Side(world=comparison.base, ends=before, guarded=guarded)
    return Ways(about, base, Side(world=comparison.head, ends=after, guarded=guarded)).found()


class Ways:
    """Both revisions beside each other."""

    def __init__(self, about: Touched, base: Side, head: Side) -> None:
        self._base, self._head = base, head
        self._both = base.ends.keys() & head.ends.keys()
        self._entered = sorted((about.entered | about.guarded | about.others) & self._both)
        self._left = sorted((about.left | about.others) & self._both)

    def found(self) -> list[Way]:
        """Everything, each once."""
        return sorted({*self._of_everybody(), *self._of_others(), *self._of_pairs()})

    def _pairs(self) -> dict[tuple[Key, Key], str]:
        """Source and target, and whose side of the way has changed."""
        near: dict[str, list[Key]] = defaultdict(list)
        is_small = (len(self._entered) + len(self._left)) * len(self._both) <= MOST_PAIRS
        for key in sorted(self._both):
            near["" if is_small else key[0].namespace].append(key)

        def others(key: Key) -> list[Key]:
            return near["" if is_small else key[0].namespace]

        pairs = {(source, target): EGRESS for source in self._left for target in others(source)}
        pairs |= {(source, target): INGRESS for target in self._entered for source in others(target)}
        return pairs

    def _sides(self) -> Iterator[tuple[Key, str]]:
        yield from ((key, INGRESS) for key in self._entered)
        yield from ((key, EGRESS) for key in self._left)

    def _of_everybody(self) -> Iterator[Way]:
        """What holds for whoever no rule names."""
        for key, direction in self._sides():
            old, new = (side.everybody(key, direction) for side in (self._base, self._head))
            for ports, is_open in ((less(old, new), False), (less(new, old), True)):
                if ports:
                    yield self._way(EVERYBODY, key, str(ports), direction, is_open=is_open)

    def _of_others(self) -> Iterator[Way]:
        """What rules say of whoever is not in the tree: addresses, other namespaces."""
        for key, direction in self._sides():
            old, new = (side.others(key, direction) for side in (self._base, self._head))
            for one, is_open in sorted([(one, True) for one in new - old] + [(one, False) for one in old - new]):
                if (self._base if is_open else self._head).everybody(key, direction) != ALL:
                    yield self._way(one[0], key, one[1], direction, is_open=is_open)

    def _of_pairs(self) -> Iterator[Way]:
        """What holds for pods of the tree in particular."""
        for (source, target), direction in self._pairs().items():
            if source == target:
                continue
            old, new = (side.between(source, target) for side in (self._base, self._head))
            if old != new:
                yield from self._of_pair((source, target), direction, old, new)

    def _of_pair(self, pair: tuple[Key, Key], direction: str, old: Ports, new: Ports) -> Iterator[Way]:
        """One pair, without what is told of everybody."""
        was, now = (side.common(*pair) for side in (self._base, self._head))
        key, peer = pair[::-1] if direction == INGRESS else pair
        name = str(place_of(self._head.ends[peer], self._head.world))
        for more, fewer, all_more, all_fewer, is_open in ((old, new, was, now, False), (new, old, now, was, True)):
            if ports := less(less(more, fewer), less(all_more, all_fewer)):
                yield self._way(name, key, str(ports), direction, is_open=is_open, peer=peer)

    def _way(self, other: str, key: Key, ports: str, direction: str, *, is_open: bool, peer: Key | None = None) -> Way:
        name = str(place_of(self._head.ends[key], self._head.world))
        source, target = (other, name) if direction == INGRESS else (name, other)
        return Way(
            source=source,
            target=target,
            ports=ports,
            is_open=is_open,
            direction=direction,
            owner=key[0],
            why=self._head.reason(key, direction, peer, is_open=is_open),
        )
