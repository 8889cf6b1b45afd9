"""All that a cluster loses: what has left the tree, and what is in it and applied by nobody any more."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from bayplan.review.effects.pruning_fate import fates
from bayplan.validation.kinds import kind_of

if TYPE_CHECKING:
    from bayplan.manifests.manifest import Manifest
    from bayplan.review.comparison import Comparison
    from bayplan.review.effects.pruning_fate import Fate

_unapplied: WeakKeyDictionary[Comparison, list[tuple[Manifest, Fate]]] = WeakKeyDictionary()


def leaving(comparison: Comparison) -> list[tuple[Manifest, Fate]]:
    """All objects that the cluster loses, as far as is known: also those in the tree that nothing applies any more."""
    known = fates(comparison)
    gone = [(one, known.of(one)) for one in comparison.removed]
    return [(one, fate) for one, fate in (*gone, *unapplied(comparison)) if fate.is_deleted]


def unapplied(comparison: Comparison) -> list[tuple[Manifest, Fate]]:
    """Objects of the base that are in the tree as before, and are deleted since nothing applies them any more."""
    if comparison not in _unapplied:
        known, found = fates(comparison), []
        before, now = comparison.base.delivered.owners, comparison.head.delivered.owners
        for pair in comparison.pairs:
            new = now.get(id(pair.after), ())
            if before.get(id(pair.before)) and all(one.ref in known.lost for one in new):
                found.append((pair.before, known.of(pair.before)))
        _unapplied[comparison] = [(one, fate) for one, fate in found if fate.is_deleted]
    return _unapplied[comparison]


def deleted(comparison: Comparison, kind: str) -> list[tuple[Manifest, Fate]]:
    """Those of a kind."""
    return [(one, fate) for one, fate in leaving(comparison) if kind_of(one) == kind]
