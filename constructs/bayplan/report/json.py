"""Anything as one JSON document: stable keys, names instead of numbers, nothing that is not data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum


def render(told: object) -> str:
    """JSON text of any result of the pipeline: records become objects, enums their names."""
    return json.dumps(plain(told), indent=2, ensure_ascii=False)


def with_jobs(told: object, admissions: object) -> object:
    """A record with what becomes of its jobs, where any waits in a queue."""
    return plain(told) if admissions is None else {**dict(plain(told)), "admissions": plain(admissions)}  # type: ignore[call-overload]


def plain(value: object) -> object:
    """The same as plain data."""
    match value:
        case Enum():
            return value.name.lower()
        case None | bool() | int() | float() | str():
            return value
        case Mapping():
            return {str(key): plain(item) for key, item in value.items()}
        case tuple() | list():
            return [plain(item) for item in value]
        case _ if is_dataclass(value):
            return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    raise TypeError(f"{type(value).__name__} is no data")
