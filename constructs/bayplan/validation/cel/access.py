"""Fields, keys and places of values, asked for in each of CEL's ways."""

from __future__ import annotations

from bayplan.validation.cel.arithmetic import no_overload
from bayplan.validation.cel.values import NONE, CelError, Optional, Struct, Value, is_number


def member(value: Value, name: str) -> Value:
    """`value.name`."""
    if isinstance(value, Struct):
        return value.field(name)
    if isinstance(value, dict):
        if name in value:
            return value[name]
        raise CelError(f"no such key: {name}")
    if isinstance(value, Optional):
        return chosen(value, name)
    raise no_overload(f".{name}", value)


def item(value: Value, key: Value) -> Value:
    """`value[key]`."""
    if isinstance(value, list):
        place = _place(key)
        if not 0 <= place < len(value):
            raise CelError(f"index out of bounds: {place}")
        return value[place]
    if isinstance(value, dict):
        if isinstance(key, str | int | float) and key in value:
            return value[key]
        raise CelError(f"no such key: {key}")
    if isinstance(value, Optional):
        return chosen(value, key)
    if isinstance(value, Struct) and isinstance(key, str):
        return value.field(key)
    raise no_overload("_[_]", value, key)


def chosen(value: Value, key: Value) -> Optional:
    """`value.?name` and `value[?key]`."""
    if isinstance(value, Optional):
        return chosen(value.value, key) if value.there else NONE
    if isinstance(value, Struct):
        return Optional(there=True, value=value.field(key)) if value.has(key) else NONE
    if isinstance(value, dict):
        there = isinstance(key, str | int | float) and key in value
        return Optional(there=True, value=value[key]) if there else NONE
    if isinstance(value, list):
        place = _place(key)
        return Optional(there=True, value=value[place]) if 0 <= place < len(value) else NONE
    raise no_overload("_[?_]", value, key)


def present(value: Value, name: str) -> bool:
    """`has(value.name)`."""
    if isinstance(value, Struct):
        return value.has(name)
    if isinstance(value, dict):
        return name in value
    if isinstance(value, Optional):
        return value.there and present(value.value, name)
    raise no_overload("has", value)


def _place(key: Value) -> int:
    if not is_number(key) or key != int(key):
        raise no_overload("_[_]", key)
    return int(key)
