"""Values that may be missing."""

from __future__ import annotations

from bayplan.validation.cel.arithmetic import no_overload
from bayplan.validation.cel.values import NONE, CelError, Duration, Optional, Timestamp, Value


def _of_non_zero(value: Value) -> Optional:
    zero = value is None or (isinstance(value, bool | int | float | str | bytes | list | dict) and not value)
    zero = zero or (isinstance(value, Duration | Timestamp) and not value.nanos)
    return NONE if zero else Optional(there=True, value=value)


def _checked(value: Value, name: str) -> Optional:
    if not isinstance(value, Optional):
        raise no_overload(name, value)
    return value


def _value(value: Value) -> Value:
    if not _checked(value, "value").there:
        raise CelError("optional.none() dereference")
    return value.value


def _or(value: Value, other: Value) -> Value:
    return value if _checked(value, "or").there else _checked(other, "or")


def _or_value(value: Value, other: Value) -> Value:
    return value.value if _checked(value, "orValue").there else other


def _unwrap(values: Value) -> list[Value]:
    if not isinstance(values, list):
        raise no_overload("optional.unwrap", values)
    return [one.value for one in values if _checked(one, "unwrap").there]


ALONE = {
    "optional.none": lambda: NONE,
    "optional.of": lambda value: Optional(there=True, value=value),
    "optional.ofNonZeroValue": _of_non_zero,
    "optional.unwrap": _unwrap,
}
OF_VALUES = {
    "hasValue": lambda value: _checked(value, "hasValue").there,
    "or": _or,
    "orValue": _or_value,
    "unwrapOpt": _unwrap,
    "value": _value,
}
