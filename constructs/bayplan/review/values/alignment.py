"""Which entries of two lists belong together: by the keys that the API server knows, by name, else by likeness."""

from __future__ import annotations

import json
from collections import Counter
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bayplan.review.values.shape import Shape

NAMES = (
    "name",
    "key",
    "id",
    "host",
    "mountPath",
    "topologyKey",
    "type",
    "alert",
    "record",
    "role",
    "containerPort",
    "port",
)
"""Fields that tell entries apart where no schema says which do; the first that does is taken."""
MOST_PAIRS = 2_500
"""Of entries that are compared to see which are alike; of more, those of one place belong together."""
UNORDERED = frozenset(
    {
        *("accessModes", "apiGroups", "categories", "egress", "except", "finalizers", "from", "hosts", "ingress"),
        *("nonResourceURLs", "policyTypes", "resourceNames", "resources", "rules", "shortNames", "subjects", "to"),
        *("values", "verbs", "volumeLifecycleModes"),
    }
)
"""Lists of Kubernetes' own kinds whose order says nothing, although the server takes them as a whole."""


class Match(NamedTuple):
    """An entry then and now, by index; None where it is not."""

    before: int | None
    after: int | None
    label: str
    """How people call it: `web`, `8080/TCP`, or its index."""


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
    if keys:
        return by_keys(old, new, keys, fallbacks, matters=matters)
    return by_likeness(old, new, matters=matters)


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


def called(item: dict[str, Any], keys: tuple[str, ...], fallbacks: dict[str, Any]) -> str:
    """How an entry is called."""
    return "/".join(str(item.get(key, fallbacks.get(key, ""))) for key in keys)


def by_likeness(old: Sequence[Any], new: Sequence[Any], *, matters: bool) -> Aligned:
    """Entries that are the same are one; between them those of one place, or that are most alike."""
    was, now = ([text(item) for item in side] for side in (old, new))
    if not matters or Counter(was) == Counter(now):
        order = (written(old), written(new)) if matters and was != now else ("", "")
        return Aligned(tuple(labelled(in_any_order(was, now, old, new))), order)
    found: list[tuple[int | None, int | None]] = []
    for kind, start, end, first, last in SequenceMatcher(None, was, now, autojunk=len(was) > 1000).get_opcodes():
        if kind == "equal":
            found += zip(range(start, end), range(first, last), strict=True)
        else:
            found += paired(range(start, end), range(first, last), old, new)
    return Aligned(tuple(labelled(found)))


def in_any_order(
    was: list[str], now: list[str], old: Sequence[Any], new: Sequence[Any]
) -> list[tuple[int | None, int | None]]:
    """Those that are the same first, wherever they stand."""
    places: dict[str, list[int]] = {}
    for index, item in enumerate(was):
        places.setdefault(item, []).append(index)
    found: list[tuple[int | None, int | None]] = []
    left: list[int] = []
    for index, item in enumerate(now):
        if places.get(item):
            found.append((places[item].pop(0), index))
        else:
            left.append(index)
    gone = sorted(index for same in places.values() for index in same)
    return found + paired(gone, left, old, new)


def paired(
    gone: Sequence[int], come: Sequence[int], old: Sequence[Any], new: Sequence[Any]
) -> list[tuple[int | None, int | None]]:
    """What left and what came, together where they are alike; by place where both are as many."""
    if len(gone) == len(come) or len(gone) * len(come) > MOST_PAIRS:
        shared = min(len(gone), len(come))
        rest = [*((index, None) for index in gone[shared:]), *((None, index) for index in come[shared:])]
        return [*zip(gone, come, strict=False), *rest]
    found: list[tuple[int | None, int | None]] = []
    left = list(gone)
    for index in come:
        best = max(left, key=lambda one: likeness(old[one], new[index]), default=None)
        if best is not None and likeness(old[best], new[index]) > 0:
            left.remove(best)
            found.append((best, index))
        else:
            found.append((None, index))
    return found + [(index, None) for index in left]


def likeness(old: object, new: object) -> float:
    """How much two entries have in common, from 0 to 1; texts by what stands before `=`."""
    if isinstance(old, dict) and isinstance(new, dict):
        shared = sum(text(old[key]) == text(new[key]) for key in old.keys() & new.keys())
        return shared / max(len(old), len(new), 1)
    if isinstance(old, str) and isinstance(new, str):
        (name, sign, _), (other, also, _) = old.partition("="), new.partition("=")
        return float(bool(sign and also and name == other))
    return 0.0


def labelled(pairs: list[tuple[int | None, int | None]]) -> Iterator[Match]:
    """By their index now; in the order of the list as it is, then what is gone."""
    for was, now in sorted(pairs, key=lambda pair: (pair[1] is None, pair[1] or 0, pair[0] or 0)):
        yield Match(was, now, str(now if now is not None else was))


def text(value: object) -> str:
    """A value in one spelling."""
    return json.dumps(value, sort_keys=True, default=str)


def written(names: Sequence[Any]) -> str:
    """Entries in their order, for people."""
    return json.dumps([name if isinstance(name, str | int) else text(name) for name in names], ensure_ascii=False)
