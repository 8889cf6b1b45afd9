"""Functions of lists and sets."""

from __future__ import annotations

from functools import cmp_to_key
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from bayplan.validation.cel.arithmetic import add, no_overload
from bayplan.validation.cel.functions.texts import place, text
from bayplan.validation.cel.values import NONE, CelError, Duration, Optional, Uint, Value, compare, equal

if TYPE_CHECKING:
    from collections.abc import Callable

order: Callable[[Value], Any] = cmp_to_key(compare)
"""Key to sort by."""
FLAT_MAX = 100_000


def _list(value: Value, name: str) -> list[Value]:
    if not isinstance(value, list):
        raise no_overload(name, value)
    return value


def _is_sorted(values: Value) -> bool:
    values = _list(values, "isSorted")
    return all(compare(one, other) <= 0 for one, other in pairwise(values))


def _sum(values: Value) -> Value:
    values = _list(values, "sum")
    if not values:
        return 0
    zero: Value = {Uint: Uint(0), float: 0.0, Duration: Duration(0)}.get(type(values[0]), 0)
    for one in values:
        if not isinstance(one, int | float | Duration):
            raise no_overload("sum", one)
        zero = add(zero, one)
    return zero


def _extreme(name: str, sign: int) -> Callable[[Value], Value]:
    def extreme(values: Value) -> Value:
        if not _list(values, name):
            raise CelError(f"{name} of an empty list")
        best = values[0]
        for one in values[1:]:
            best = one if compare(one, best) == sign else best
        return best

    return extreme


def _index_of(values: Value, one: Value, begin: Value = 0) -> int:
    if isinstance(values, str):
        begin = place(begin, len(values), "indexOf")
        return values.find(text(one, "indexOf"), begin)
    return next((at for at, other in enumerate(_list(values, "indexOf")) if equal(one, other)), -1)


def _last_index_of(values: Value, one: Value, begin: Value = None) -> int:
    if isinstance(values, str):
        needle = text(one, "lastIndexOf")
        begin = len(values) if begin is None else place(begin, len(values), "lastIndexOf")
        return values.rfind(needle, 0, begin + len(needle))
    found = [at for at, other in enumerate(_list(values, "lastIndexOf")) if equal(one, other)]
    return found[-1] if found else -1


def _slice(values: Value, begin: Value, end: Value) -> list[Value]:
    length = len(_list(values, "slice"))
    if type(begin) is not int or type(end) is not int or not 0 <= begin <= end <= length:
        raise CelError(f"cannot slice({begin}, {end})")
    return list(values[begin:end])


def _flatten(values: Value, depth: Value = 1) -> list[Value]:
    if type(depth) is not int or depth < 0:
        raise CelError("flatten level must not be negative")
    found: list[Value] = []
    for one in _list(values, "flatten"):
        found += _flatten(one, depth - 1) if isinstance(one, list) and depth > 0 else [one]
        if len(found) > FLAT_MAX:
            raise CelError("flatten makes too long a list")
    return found


def _distinct(values: Value) -> list[Value]:
    found: list[Value] = []
    for one in _list(values, "distinct"):
        if not any(equal(one, other) for other in found):
            found.append(one)
    return found


def _sort(values: Value) -> list[Value]:
    values = _list(values, "sort")
    if len(values) == 1:
        compare(values[0], values[0])
    return sorted(values, key=order)


def _range(count: Value) -> list[int]:
    if type(count) is not int or count > FLAT_MAX:
        raise no_overload("lists.range", count)
    return list(range(count))


def _first(values: Value) -> Optional:
    return Optional(there=True, value=values[0]) if _list(values, "first") else NONE


def _last(values: Value) -> Optional:
    return Optional(there=True, value=values[-1]) if _list(values, "last") else NONE


def _within(values: Value, parts: Value) -> bool:
    _list(values, "sets.contains")
    return all(any(equal(one, other) for other in values) for one in _list(parts, "sets.contains"))


def _intersects(values: Value, others: Value) -> bool:
    _list(others, "sets.intersects")
    return any(equal(one, other) for one in _list(values, "sets.intersects") for other in others)


ALONE: dict[str, Callable[..., Value]] = {
    "lists.range": _range,
    "sets.contains": _within,
    "sets.equivalent": lambda values, others: _within(values, others) and _within(others, values),
    "sets.intersects": _intersects,
}
OF_VALUES: dict[str, Callable[..., Value]] = {
    "distinct": _distinct,
    "first": _first,
    "flatten": _flatten,
    "indexOf": _index_of,
    "isSorted": _is_sorted,
    "last": _last,
    "lastIndexOf": _last_index_of,
    "max": _extreme("max", 1),
    "min": _extreme("min", -1),
    "reverse": lambda values: list(reversed(_list(values, "reverse"))),
    "slice": _slice,
    "sort": _sort,
    "sum": _sum,
}
