"""Values of an object as the rules of its CRD see them: with the types of its schema.

Source: `pkg/cel/common` of <https://pkg.go.dev/k8s.io/apiserver>.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING, Any

from bayplan.validation.cel.functions.times import parse_duration, parse_timestamp
from bayplan.validation.cel.values import (
    CelError,
    Duration,
    KeyedList,
    NotCoveredError,
    SetList,
    Struct,
    Timestamp,
    Value,
)
from bayplan.validation.schema.conversion import DURATION

if TYPE_CHECKING:
    from bayplan.validation.schema.library import Schema

_ESCAPED = re.compile(r"__([a-z]+)__")
_SIGNS = {"underscores": "__", "dot": ".", "dash": "-", "slash": "/"}
_DYNAMIC = {"integer", "string"}


def unescaped(name: str) -> str:
    """The name of a property as its CRD writes it: `x__dash__y` is `x-y`, `__namespace__` is `namespace`."""
    return _ESCAPED.sub(lambda match: _SIGNS.get(match[1], match[1]), name) if "__" in name else name


def resolved(node: Schema, root: Schema) -> Schema:
    """A part of a schema, whether it stands there or among the definitions."""
    while "$ref" in node:
        node = root["definitions"][node["$ref"].rpartition("/")[2]]
    return node


class Object(Struct):
    """An object with declared fields."""

    __slots__ = ("_body", "_bound", "_node", "_root")

    def __init__(self, body: dict[str, Any], node: Schema, root: Schema) -> None:
        self._body = body
        self._node = node
        self._root = root
        self._bound: dict[str, Value] = {}

    def field(self, name: str) -> Value:
        """A field that is set."""
        if name in self._bound:
            return self._bound[name]
        written = self._declared(name)
        if written not in self._body:
            raise CelError(f"no such key: {name}")
        made = self._bound[name] = bound(self._body[written], self._node["properties"][written], self._root)
        return made

    def has(self, name: str) -> bool:
        """Whether it is set."""
        return self._declared(name) in self._body

    def plain(self) -> dict[str, Value]:
        """All fields that are set and known."""
        known = self._node.get("properties", {})
        return {name: bound(value, known[name], self._root) for name, value in self._body.items() if name in known}

    def _declared(self, name: str) -> str:
        written = unescaped(name)
        if written not in self._node.get("properties", {}):
            raise NotCoveredError(f"the field {name}, which the schema does not declare")
        return written


def bound(value: Any, node: Schema, root: Schema) -> Value:  # noqa: ANN401, PLR0911 - any JSON value
    """A value with the type that its schema gives it; it fits the schema."""
    node = resolved(node, root)
    said = node.get("type")
    types = {said} if isinstance(said, str) else set(said or ()) - {"null"}
    if value is None or types >= _DYNAMIC:
        return value
    if isinstance(value, dict):
        more = node.get("additionalProperties")
        if isinstance(more, dict):
            return {key: bound(one, more, root) for key, one in value.items()}
        return Object(value, node, root)
    if isinstance(value, list):
        return _list(value, node, root)
    if isinstance(value, str):
        return _text(value, node)
    if isinstance(value, bool):
        return value
    if types == {"number"}:
        return float(value)
    return int(value) if types == {"integer"} else value


def _list(value: list[Any], node: Schema, root: Schema) -> list[Value]:
    items = node.get("items", {})
    made = [bound(one, items, root) for one in value]
    kind = node.get("x-kubernetes-list-type")
    if kind == "set":
        return SetList(made)
    if kind == "map":
        keyed = KeyedList(made)
        keyed.keys = tuple(node.get("x-kubernetes-list-map-keys", ()))
        return keyed
    return made


def _text(value: str, node: Schema) -> Value:
    form = node.get("format")
    if node.get("pattern") == DURATION:
        nanos = parse_duration(value)
        return value if nanos is None else Duration(nanos)
    if form in ("date-time", "date"):
        stamp = parse_timestamp(value if form == "date-time" else f"{value}T00:00:00Z")
        return value if stamp is None else Timestamp(stamp)
    if form == "byte":
        try:
            return base64.b64decode(value)
        except (binascii.Error, ValueError):
            return value
    return value
