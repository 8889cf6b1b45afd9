"""Anything as one JSON document: stable keys, names instead of numbers, nothing that is not data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path

from pydantic import BaseModel

from bayplan.manifests.inventory import Inventory


def render(told: object) -> str:
    """JSON text of any result of the pipeline: records become objects, enums their names, paths text."""
    return json.dumps(plain(told), indent=2, ensure_ascii=False)


def plain(value: object) -> object:  # noqa: PLR0911 - one line a type
    """The same as plain data. Inventories become the number of their objects: they stand in dist/."""
    match value:
        case Enum():
            return value.name.lower()
        case None | bool() | int() | float() | str():
            return value
        case Path():
            return value.as_posix()
        case Inventory():
            return len(value.manifests)
        case BaseModel():
            return value.model_dump(mode="json")
        case Mapping():
            return {str(key): plain(item) for key, item in value.items()}
        case tuple() | list() | set() | frozenset():
            return [plain(item) for item in (sorted(value) if isinstance(value, (set, frozenset)) else value)]
        case _ if is_dataclass(value):
            return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    raise TypeError(f"{type(value).__name__} is no data")
