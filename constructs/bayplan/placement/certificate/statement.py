"""What a proof of cost says: prices of pods, node by node of a small tree of cases."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """Prices that hold in one case: no node carries pods worth more than it costs, so pods cost what they are worth."""

    values: tuple[int, ...]
    """Of one pod of each shape, in parts of the unit."""
    limits: tuple[tuple[int, int], ...]
    """Set of kinds and what one more node of it would be worth: positive for a minimum, negative for a maximum."""
    weights: tuple[tuple[tuple[int, int], ...], ...]
    """Of each kind: facet and price of one of its units, which show at once what no pattern can exceed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """Two cases that leave out nothing: the nodes of a set are at most so many, or more."""

    over: int
    """The set, by position: first the groups, then the certificate's own sets."""
    at_most: int
    below: Branch | Leaf
    above: Branch | Leaf


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A proof that no packing costs less than `bound`."""

    bound: int
    scale: int
    """Parts of the unit of prices in which values are told."""
    sets: tuple[tuple[int, ...], ...]
    """Kinds whose nodes are counted together."""
    root: Branch | Leaf


class RefusedError(ValueError):
    """The certificate does not show what it claims."""
