"""What is asked: equal nodes that are there, equal pods that claim room on them, as plain integers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

WHOLE = 1000
"""Thousandths of an accelerator: all of it."""

Bundle: TypeAlias = tuple[int, tuple[tuple[int, int], ...]]
"""How many accelerators it takes, and the pods that use them together: position of the claim, how many of it.

Several pods only where they share one accelerator; 0 accelerators for a pod that needs none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """Equal nodes."""

    name: str
    room: tuple[int, ...]
    """CPU, memory and whatever else is counted, in the order of `Claim.needs`."""
    accelerators: int
    nodes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Equal pods."""

    name: str
    needs: tuple[int, ...]
    accelerators: int = 0
    """Whole ones."""
    share_milli: int = 0
    """Thousandths of one accelerator, below 1000; 0 where it takes whole ones or none. Never both."""
    count: int
    weight: int
    """What it is worth to seat one."""
    priority: int = 0
    """Those who have more of it sit first, whatever the weights of the others."""
    hosts: tuple[int, ...]
    """Positions of the hosts that may take it, whether or not there is room."""

    @property
    def width(self) -> int:
        """Accelerators that it touches."""
        return 1 if self.share_milli else self.accelerators


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Nodes and pods; equal questions have equal answers."""

    hosts: tuple[Host, ...]
    claims: tuple[Claim, ...]

    def takes(self, host: int, claim: int) -> bool:
        """Whether an empty node of the host has room for one pod of the claim, and may take it."""
        one, node = self.claims[claim], self.hosts[host]
        fits = all(need <= room for need, room in zip(one.needs, node.room, strict=True))
        return host in one.hosts and fits and one.width <= node.accelerators

    def needs(self, bundle: Bundle) -> tuple[int, ...]:
        """What the pods of a bundle take of a node besides accelerators."""
        pods = ([count * need for need in self.claims[claim].needs] for claim, count in bundle[1])
        return tuple(map(sum, zip(*pods, strict=True)))

    def weight(self, bundle: Bundle) -> int:
        """What the pods of a bundle are worth together."""
        return sum(count * self.claims[claim].weight for claim, count in bundle[1])


def single(question: Question, claim: int) -> Bundle:
    """One pod on its own."""
    return (question.claims[claim].width, ((claim, 1),))
