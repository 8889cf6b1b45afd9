"""The values of CEL in Python, and what it means that two of them are equal or one is less.

int is int, double is float, list is list, map is dict; what Python lacks has a class here.
"""

from __future__ import annotations

from typing import Any, NamedTuple

Value = Any
"""Any value of CEL."""
MIN, MAX = -(1 << 63), (1 << 63) - 1


class CelError(Exception):
    """Evaluation failed: a key that is not there, an overload that does not exist, an overflow."""


class CelSyntaxError(Exception):
    """The text is no CEL."""

    def __init__(self, what: str, at: int) -> None:
        super().__init__(f"{what} at character {at + 1}")
        self.at = at


class NotCoveredError(Exception):
    """It may be CEL, but names something that is not known here: it is not checked, and that is no pass."""


class Uint(int):
    """A whole number without a sign."""

    __slots__ = ()


class Timestamp(NamedTuple):
    """A point in time: nanoseconds since 1970."""

    nanos: int


class Duration(NamedTuple):
    """A span of time in nanoseconds."""

    nanos: int


class TypeOf(NamedTuple):
    """A type, which is a value as well."""

    name: str


class Optional(NamedTuple):
    """A value that may be missing."""

    there: bool
    value: Value = None


NONE = Optional(there=False)


class Opaque:
    """A value of one of Kubernetes' own types: it says itself what it is equal to."""

    type_name = ""

    def same(self, other: Value) -> bool:
        """Whether it is equal to a value of its own type."""
        raise NotImplementedError


class Struct:
    """An object with declared fields; see typed.py."""

    def field(self, name: str) -> Value:
        """The value of a field; CelError where it is not set."""
        raise NotImplementedError

    def has(self, name: str) -> bool:
        """Whether a field is set."""
        raise NotImplementedError

    def plain(self) -> dict[str, Value]:
        """Its fields that are set."""
        raise NotImplementedError


class SetList(list[Value]):
    """A list whose order means nothing and which holds nothing twice."""


class KeyedList(list[Value]):
    """A list of objects that are told apart by some of their fields."""

    keys: tuple[str, ...] = ()


def within(value: int) -> bool:
    """Whether an int fits 64 bits."""
    return MIN <= value <= MAX


def is_number(value: Value) -> bool:
    """Whether a value is int, uint or double."""
    kind = type(value)
    return kind is int or kind is float or kind is Uint


TYPES: dict[type, str] = {
    bool: "bool",
    int: "int",
    Uint: "uint",
    float: "double",
    str: "string",
    bytes: "bytes",
    type(None): "null_type",
    Timestamp: "google.protobuf.Timestamp",
    Duration: "google.protobuf.Duration",
    TypeOf: "type",
    Optional: "optional_type",
}


def type_name(value: Value) -> str:
    """The name of a value's type."""
    known = TYPES.get(type(value))
    if known:
        return known
    if isinstance(value, list):
        return "list"
    if isinstance(value, dict):
        return "map"
    return value.type_name if isinstance(value, Opaque) else "object"


def equal(left: Value, right: Value) -> bool:  # noqa: PLR0911 - one for each type
    """CEL's `==`: numbers of all types are one line; values of different types are not equal."""
    kind, other = type(left), type(right)
    if kind is other and kind in (str, int, bool, bytes, float, Uint, Timestamp, Duration, TypeOf):
        return bool(left == right)
    if is_number(left) and is_number(right):
        return bool(left == right)
    if isinstance(left, list) and isinstance(right, list):
        return _equal_lists(left, right)
    if isinstance(left, Struct) and isinstance(right, Struct):
        left, right = left.plain(), right.plain()
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(equal(value, right[key]) for key, value in left.items())
    if kind is not other:
        return False
    if isinstance(left, Optional):
        return bool(left.there == right.there) and (not left.there or equal(left.value, right.value))
    if isinstance(left, Opaque):
        return left.same(right)
    return left is None


def _equal_lists(left: list[Value], right: list[Value]) -> bool:
    if len(left) != len(right):
        return False
    if isinstance(left, SetList | KeyedList):
        return all(any(equal(one, other) for other in right) for one in left)
    return all(equal(one, other) for one, other in zip(left, right, strict=True))


def compare(left: Value, right: Value) -> int:
    """-1, 0 or 1; CelError where there is no order. NaN is in no order with anything: 2."""
    kind, other = type(left), type(right)
    comparable = kind is other and kind in (str, bytes, bool, Timestamp, Duration)
    if not comparable and not (is_number(left) and is_number(right)):
        raise CelError(f"no such overload: {type_name(left)} < {type_name(right)}")
    if kind is not other and not comparable:
        left, right = (float(left), float(right)) if float in (kind, other) else (left, right)
    if left < right:
        return -1
    if left > right:
        return 1
    return 0 if left == right else 2
