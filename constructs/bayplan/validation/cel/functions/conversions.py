"""From one type to another, and what a value's type is."""

from __future__ import annotations

import math
import re

from bayplan.validation.cel.arithmetic import no_overload, unsigned, whole
from bayplan.validation.cel.functions.times import duration, duration_text, timestamp, timestamp_text
from bayplan.validation.cel.values import CelError, Duration, Opaque, Timestamp, TypeOf, Uint, Value, type_name

_INT = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_TRUE = frozenset({"1", "t", "T", "true", "TRUE", "True"})
_FALSE = frozenset({"0", "f", "F", "false", "FALSE", "False"})


def to_int(value: Value) -> int:
    """int(): doubles are cut, and must fit."""
    kind = type(value)
    if kind is int:
        return int(value)
    if kind is Uint:
        return whole(int(value))
    if kind is float:
        if not -(2.0**63) < value < 2.0**63:
            raise CelError("integer overflow")
        return int(value)
    if kind is str and _INT.fullmatch(value):
        return whole(int(value))
    if kind is Timestamp:
        return int(value.nanos // 10**9)
    if kind is Duration:
        return int(value.nanos)
    raise no_overload("int", value)


def to_uint(value: Value) -> Uint:
    """uint()."""
    kind = type(value)
    if kind in (int, Uint):
        return unsigned(int(value))
    if kind is float:
        if math.isnan(value) or not 0 <= value < 2.0**64:
            raise CelError("unsigned integer overflow")
        return Uint(int(value))
    if kind is str and re.fullmatch(r"[0-9]+", value):
        return unsigned(int(value))
    raise no_overload("uint", value)


def to_double(value: Value) -> float:
    """double()."""
    if type(value) in (int, Uint, float):
        return float(value)
    if type(value) is str:
        if _FLOAT.fullmatch(value):
            return float(value)
        if value.lower().lstrip("+-") in ("nan", "inf", "infinity"):
            return float(value)
    raise no_overload("double", value)


def to_bool(value: Value) -> bool:
    """bool()."""
    if type(value) is bool:
        return value
    if type(value) is str and value in _TRUE | _FALSE:
        return value in _TRUE
    raise no_overload("bool", value)


def to_bytes(value: Value) -> bytes:
    """bytes()."""
    if type(value) is bytes:
        return value
    if type(value) is str:
        return value.encode()
    raise no_overload("bytes", value)


def to_string(value: Value) -> str:  # noqa: PLR0911 - one for each type
    """string(): as Go writes it."""
    kind = type(value)
    if kind is str:
        return str(value)
    if kind is bool:
        return "true" if value else "false"
    if kind in (int, Uint):
        return str(int(value))
    if kind is float:
        return float_text(value)
    if kind is bytes:
        try:
            return str(value.decode())
        except UnicodeDecodeError:
            raise CelError("bytes are no text") from None
    if kind is Timestamp:
        return timestamp_text(value)
    if kind is Duration:
        return duration_text(value)
    if isinstance(value, Opaque):
        return str(value)
    raise no_overload("string", value)


def float_text(value: float) -> str:
    """A double as Go's `%g` writes it with as many digits as it needs."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    sign = "-" if math.copysign(1, value) < 0 else ""
    short = f"{abs(value)!r}"
    power = int(f"{abs(value):.17e}".partition("e")[2])
    digits = short.partition("e")[0].replace(".", "").strip("0") or "0"
    if not -4 <= power < 6:
        body = digits[0] + ("." + digits[1:] if len(digits) > 1 else "")
        return f"{sign}{body}e{'-' if power < 0 else '+'}{abs(power):02d}"
    if power < 0:
        return f"{sign}0.{'0' * (-power - 1)}{digits}"
    front = digits[: power + 1].ljust(power + 1, "0")
    return sign + front + ("." + digits[power + 1 :] if len(digits) > power + 1 else "")


def _size(value: Value) -> int:
    if isinstance(value, str | bytes | list | dict):
        return len(value)
    raise no_overload("size", value)


ALONE = {
    "bool": to_bool,
    "bytes": to_bytes,
    "double": to_double,
    "duration": duration,
    "dyn": lambda value: value,
    "int": to_int,
    "size": _size,
    "string": to_string,
    "timestamp": timestamp,
    "type": lambda value: TypeOf(type_name(value)),
    "uint": to_uint,
}
OF_VALUES = {"size": _size}
