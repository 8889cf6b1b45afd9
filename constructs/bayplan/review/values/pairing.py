"""Entries of two lists that no key tells apart: which are alike, and how people call them."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

NAMES = (
    *("name", "key", "id", "host", "mountPath", "topologyKey", "type", "alert", "record", "role", "containerPort"),
    *("port", "path"),
)
"""Fields that tell entries apart where no schema says which do; the first that does is taken."""
MOST_PAIRS = 2_500
"""Of entries that are compared to see which are alike; of more, those of one place belong together."""


class Match(NamedTuple):
    """An entry then and now, by index; None where it is not."""

    before: int | None
    after: int | None
    label: str
    """How people call it: `web`, `8080/TCP`, or its index."""


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


def labelled(pairs: list[tuple[int | None, int | None]], old: Sequence[Any], new: Sequence[Any]) -> Iterator[Match]:
    """By a name that no other entry has, else by their index; those of now in their order, then what is gone."""
    words = [[word_of(item) for item in side] for side in (old, new)]
    counts = [Counter(side) for side in words]
    for was, now in sorted(pairs, key=lambda pair: (pair[1] is None, pair[1] or 0, pair[0] or 0)):
        side, index = (1, now) if now is not None else (0, was or 0)
        word = words[side][index]
        yield Match(was, now, word if word and counts[side][word] == 1 else str(index))


def word_of(item: object) -> str:
    """What people would call an entry; "" for what has no name."""
    if not isinstance(item, dict):
        return ""
    target = item.get("destination")
    if isinstance(target, dict) and isinstance(target.get("host"), str):
        return "/".join(str(target[key]) for key in ("host", "subset") if target.get(key))
    return next((item[name] for name in NAMES if isinstance(item.get(name), str) and item[name]), "")


def text(value: object) -> str:
    """A value in one spelling."""
    return json.dumps(value, sort_keys=True, default=str)
