"""Which entries of two lists belong together: by the keys that the API server knows, by name, else by likeness."""

from __future__ import annotations

import json
from collections import Counter
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any, NamedTuple

from bayplan.review.values.pairing import MOST_PAIRS, NAMES, Match, in_any_order, labelled, likeness, paired, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bayplan.review.values.shape import Shape

ALIKE = 0.5
"""Part of their fields that an entry and one of another name share, to be one."""
UNORDERED = frozenset(
    {
        *("accessModes", "apiGroups", "categories", "egress", "except", "finalizers", "from", "hosts", "ingress"),
        *("nonResourceURLs", "policyTypes", "resourceNames", "resources", "rules", "shortNames", "subjects", "to"),
        *("values", "verbs", "volumeLifecycleModes"),
    }
)
"""Lists of Kubernetes' own kinds whose order says nothing, although the server takes them as a whole."""


class Aligned(NamedTuple):
    """The entries of two lists."""

    matches: tuple[Match, ...]
    order: tuple[str, str] = ("", "")
    """The entries that both have, in the order of each, where that is another."""


def aligned(old: Sequence[Any], new: Sequence[Any], shape: Shape, key: str, *, in_pods: bool) -> Aligned:
    """Put the entries of two settled lists beside each other."""
    keys, fallbacks = shape.keys, key_defaults(shape)
    is_keyed = bool(keys) and are_told_apart(old, keys, fallbacks) and are_told_apart(new, keys, fallbacks)
    if not is_keyed:
        keys = named_by(old, new)
    matters = in_pods or not (is_keyed or shape.is_set or (shape.is_built_in and key in UNORDERED))
    if not keys:
        return by_likeness(old, new, matters=matters)
    found = by_keys(old, new, keys, fallbacks, matters=matters)
    return found if is_keyed else renamed(found, old, new)


def key_defaults(shape: Shape) -> dict[str, Any]:
    """What the keys of a list are where they are not written: a port is TCP."""
    found = {key: shape.entries.default(key) for key in shape.keys}
    return {
        key: "TCP" if key == "protocol" else value
        for key, value in found.items()
        if key == "protocol" or isinstance(value, str)
    }


def are_told_apart(items: Sequence[Any], keys: Sequence[str], fallbacks: dict[str, Any]) -> bool:
    """Whether all are mappings, no two with the same keys."""
    if not all(isinstance(item, dict) for item in items):
        return False
    found = [tuple(repr(item.get(key, fallbacks.get(key))) for key in keys) for item in items]
    return len(set(found)) == len(found)


def named_by(old: Sequence[Any], new: Sequence[Any]) -> tuple[str, ...]:
    """The field that names the entries of both lists; none where no field does."""
    if not (old and new and all(isinstance(item, dict) for item in (*old, *new))):
        return ()
    for name in NAMES:
        if all(isinstance(item.get(name), str | int) for item in (*old, *new)) and all(
            are_told_apart(side, (name,), {}) for side in (old, new)
        ):
            return (name,)
    return ()


def by_keys(
    old: Sequence[Any], new: Sequence[Any], keys: tuple[str, ...], fallbacks: dict[str, Any], *, matters: bool
) -> Aligned:
    """Entries with the same keys are one entry."""
    was = {called(item, keys, fallbacks): index for index, item in enumerate(old)}
    now = {called(item, keys, fallbacks): index for index, item in enumerate(new)}
    here = [Match(was.get(name), index, name) for name, index in now.items()]
    gone = [Match(index, None, name) for name, index in was.items() if name not in now]
    then, today = ([name for name in side if name in was and name in now] for side in (was, now))
    order = (written(then), written(today)) if matters and then != today else ("", "")
    return Aligned((*here, *gone), order)


def renamed(found: Aligned, old: Sequence[Any], new: Sequence[Any]) -> Aligned:
    """Entries that nobody but us tells apart by a name: one that is gone and one that came may be one."""
    gone = [one.before for one in found.matches if one.after is None and one.before is not None]
    come = [one.after for one in found.matches if one.before is None and one.after is not None]
    if not gone or not come or len(gone) * len(come) > MOST_PAIRS:
        return found
    pairs = {}
    for index in come:
        best = max(gone, key=lambda one: likeness(old[one], new[index]), default=None)
        if best is not None and likeness(old[best], new[index]) >= ALIKE:
            pairs[index] = best
            gone.remove(best)
    taken = set(pairs.values())
    left = (one for one in found.matches if one.after is not None or one.before not in taken)
    matches = (
        Match(pairs.get(one.after, one.before), one.after, one.label) if one.after is not None else one for one in left
    )
    return Aligned(tuple(matches), found.order)


def called(item: dict[str, Any], keys: tuple[str, ...], fallbacks: dict[str, Any]) -> str:
    """How an entry is called."""
    return "/".join(str(item.get(key, fallbacks.get(key, ""))) for key in keys)


def by_likeness(old: Sequence[Any], new: Sequence[Any], *, matters: bool) -> Aligned:
    """Entries that are the same are one; between them those of one place, or that are most alike."""
    was, now = ([text(item) for item in side] for side in (old, new))
    if not matters or Counter(was) == Counter(now):
        order = (written(old), written(new)) if matters and was != now else ("", "")
        return Aligned(tuple(labelled(in_any_order(was, now, old, new), old, new)), order)
    found: list[tuple[int | None, int | None]] = []
    for kind, start, end, first, last in SequenceMatcher(None, was, now, autojunk=len(was) > 1000).get_opcodes():
        if kind == "equal":
            found += zip(range(start, end), range(first, last), strict=True)
        else:
            found += paired(range(start, end), range(first, last), old, new)
    return Aligned(tuple(labelled(found, old, new)))


def written(names: Sequence[Any]) -> str:
    """Entries in their order, for people."""
    return json.dumps([name if isinstance(name, str | int) else text(name) for name in names], ensure_ascii=False)
