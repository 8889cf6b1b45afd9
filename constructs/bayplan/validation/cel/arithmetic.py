"""Operators of CEL: 64 bits and not one more, division towards zero, time."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from bayplan.validation.cel.values import (
    CelError,
    Duration,
    KeyedList,
    SetList,
    Struct,
    Timestamp,
    Uint,
    Value,
    equal,
    type_name,
    within,
)

if TYPE_CHECKING:
    from collections.abc import Callable

FIRST_MOMENT, LAST_MOMENT = -62135596800 * 10**9, 253402300800 * 10**9 - 1
"""Years 1 and 9999."""


def whole(value: int) -> int:
    """An int, if it fits."""
    if not within(value):
        raise CelError("integer overflow")
    return value


def unsigned(value: int) -> Uint:
    """A uint, if it fits."""
    if not 0 <= value < 1 << 64:
        raise CelError("unsigned integer overflow")
    return Uint(value)


def moment(nanos: int) -> Timestamp:
    """A timestamp of the years that there are."""
    if not FIRST_MOMENT <= nanos <= LAST_MOMENT:
        raise CelError("timestamp overflow")
    return Timestamp(nanos)


def span(nanos: int) -> Duration:
    """A duration, if it fits."""
    if not within(nanos):
        raise CelError("duration overflow")
    return Duration(nanos)


def no_overload(name: str, *values: Value) -> CelError:
    """What to raise when an operator or function does not know its arguments."""
    return CelError(f"no such overload: {name}({', '.join(map(type_name, values))})")


def add(left: Value, right: Value) -> Value:
    """`+`."""
    kind, other = type(left), type(right)
    if kind is int and other is int:
        return whole(left + right)
    if kind is other and kind in (str, float, bytes):
        return left + right
    if isinstance(left, list) and isinstance(right, list):
        return _joined(left, right)
    if kind is Uint and other is Uint:
        return unsigned(int(left) + int(right))
    if kind is Duration and other is Duration:
        return span(left.nanos + right.nanos)
    if {kind, other} == {Timestamp, Duration}:
        return moment(left.nanos + right.nanos)
    raise no_overload("_+_", left, right)


def _joined(left: list[Value], right: list[Value]) -> list[Value]:
    """A set takes what it has not; a keyed list replaces the entries of the same keys."""
    if isinstance(left, SetList):
        new = [one for one in right if not any(equal(one, other) for other in left)]
        return SetList([*left, *new])
    if isinstance(left, KeyedList):
        made = KeyedList(left)
        made.keys = left.keys
        places = {_key(one, left.keys): number for number, one in enumerate(left)}
        for one in right:
            key = _key(one, left.keys)
            if key in places:
                made[places[key]] = one
            else:
                places[key] = len(made)
                made.append(one)
        return made
    return [*left, *right]


def _key(entry: Value, keys: tuple[str, ...]) -> tuple[Value, ...]:
    fields = entry.plain() if isinstance(entry, Struct) else entry if isinstance(entry, dict) else {}
    return tuple(fields.get(key) for key in keys)


def subtract(left: Value, right: Value) -> Value:
    """`-`."""
    kind, other = type(left), type(right)
    if kind is int and other is int:
        return whole(left - right)
    if kind is float and other is float:
        return left - right
    if kind is Uint and other is Uint:
        return unsigned(int(left) - int(right))
    if kind is other and kind in (Duration, Timestamp):
        return span(left.nanos - right.nanos)
    if kind is Timestamp and other is Duration:
        return moment(left.nanos - right.nanos)
    raise no_overload("_-_", left, right)


def multiply(left: Value, right: Value) -> Value:
    """`*`."""
    return _product("_*_", left, right, lambda a, b: a * b, lambda a, b: a * b)


def divide(left: Value, right: Value) -> Value:
    """`/`: towards zero."""
    return _product("_/_", left, right, _quotient, _real_quotient)


def modulo(left: Value, right: Value) -> Value:
    """`%`: the sign of the dividend; not for doubles."""
    if type(left) is float:
        raise no_overload("_%_", left, right)
    return _product("_%_", left, right, lambda a, b: a - b * _quotient(a, b), lambda a, _: a)


def _product(
    name: str, left: Value, right: Value, of_ints: Callable[[int, int], int], of_reals: Callable[[float, float], float]
) -> Value:
    kind = type(left)
    if kind is not type(right):
        raise no_overload(name, left, right)
    if kind is int:
        return whole(of_ints(left, right))
    if kind is Uint:
        return unsigned(of_ints(int(left), int(right)))
    if kind is float:
        return of_reals(left, right)
    raise no_overload(name, left, right)


def _quotient(left: int, right: int) -> int:
    if right == 0:
        raise CelError("division by zero")
    quotient = abs(left) // abs(right)
    return quotient if (left < 0) == (right < 0) else -quotient


def _real_quotient(left: float, right: float) -> float:
    if right:
        return left / right
    if left == 0 or math.isnan(left):
        return math.nan
    return math.copysign(math.inf, left) * math.copysign(1, right)


def negate(value: Value) -> Value:
    """`-` before a value."""
    if type(value) is int:
        return whole(-value)
    if type(value) is float:
        return -value
    if type(value) is Duration:
        return span(-value.nanos)
    raise no_overload("-_", value)
