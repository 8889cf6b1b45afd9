"""Objects with one mistake each: every mistake that people make, at every place of an object where it can be made.

Nothing is drawn by lot: places are walked in order, and each place of a kind is spoiled once in every way, whichever
of the objects shows it first (`spec.ports[0]` and `spec.ports[1]` are one place). Those are too many for one run: a
part is taken by a checksum of mistake and place, so that a new object changes nothing about the others.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zlib import crc32

from bayplan.validation.schema.library import schema_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bayplan.lab.api import Body
    from bayplan.validation.schema.library import Schema

Path = tuple[str | int, ...]
MINOR = "1.37"
TYPED: dict[str, Any] = {"text": "abc", "number": 7, "switch": True, "list": ["abc"], "mapping": {"abc": "abc"}}
"""A value of every type that JSON has."""
TEXTS = {"empty text": "", "text that fits nowhere": "No such_word!", "text that is too long": "x" * 300}
NUMBERS = {"a number below zero": -1, "a fraction": 1.5, "a number that is too large": 1 << 62, "a quoted number": "7"}
IDENTITY: tuple[tuple[str, Path, Any], ...] = (
    ("a version that is not served", ("apiVersion",), "v1beta9"),
    ("a kind that is not known", ("kind",), "Gadget"),
    ("a name with capitals", ("metadata", "name"), "Upper"),
    ("a name that is too long", ("metadata", "name"), "x" * 254),
    ("a label that is too long", ("metadata", "labels"), {"app": "x" * 64}),
    ("a label key with a blank", ("metadata", "labels"), {"my app": "x"}),
    ("an annotation key with a blank", ("metadata", "annotations"), {"my app": "x"}),
)
KEPT: set[Path] = {(), ("apiVersion",), ("kind",), ("metadata",), ("metadata", "name"), ("metadata", "namespace")}
"""By these the server is asked at all: IDENTITY alone spoils them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutation:
    """An object with one mistake."""

    mistake: str
    where: str
    """Kind and place, items without their number: `Service spec.ports.*.port`."""
    body: Body


def mutations(objects: Iterable[Body], *, one_in: int = 1) -> Iterator[Mutation]:
    """Every mistake at every place of every kind among some objects, each once; or one in so many of them."""
    seen: set[tuple[str, str]] = set()
    for body in objects:
        for mistake, path, spoiled in _spoiled(body):
            where = f"{body['kind']} {'.'.join('*' if isinstance(key, int) else key for key in path)}"
            if (mistake, where) not in seen:
                seen.add((mistake, where))
                if crc32(f"{mistake} {where}".encode()) % one_in == 0:
                    yield Mutation(mistake=mistake, where=where, body=spoiled)


def _spoiled(body: Body) -> Iterator[tuple[str, Path, Body]]:
    for mistake, path, value in IDENTITY:
        # the group stays: what is wrong is the version
        group = body["apiVersion"].rpartition("/")[0]
        yield mistake, path, _put(body, path, f"{group}/{value}" if path == ("apiVersion",) and group else value)
    group, _, version = body["apiVersion"].rpartition("/")
    schema = schema_of(group, version, body["kind"], MINOR) or {}
    for path, value, node in places(body, schema, schema):
        for mistake, spoiled in _values(value, node):
            if path not in KEPT:
                yield mistake, path, _put(body, path, spoiled)
        if isinstance(value, dict):
            yield "a field that nobody knows", path, _put(body, (*path, "strayField"), "abc")
            for name, part in _unwritten(value, node, schema):
                for mistake, spoiled in _first_values(part):
                    yield mistake, (*path, name), _put(body, (*path, name), spoiled)
        if path not in KEPT:
            yield "a field left out", path, _without(body, path)
            if isinstance(path[-1], str):
                misspelt = (*path[:-1], f"{path[-1][:-1]}X")
                yield "a field misspelt", path, _put(_without(body, path), misspelt, value)


def places(value: Any, node: Schema, schema: Schema, path: Path = ()) -> Iterator[tuple[Path, Any, Schema]]:
    """Every value of an object with its path and the schema that speaks of it, the outer before the inner."""
    node = _resolved(node, schema)
    yield path, value, node
    if isinstance(value, dict):
        more = node.get("additionalProperties")
        for key, part in value.items():
            known = node.get("properties", {}).get(key, more if isinstance(more, dict) else {})
            yield from places(part, known, schema, (*path, key))
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from places(part, node.get("items", {}), schema, (*path, number))


def _values(value: Any, node: Schema) -> Iterator[tuple[str, Any]]:
    """Wrong values for a place that holds this one."""
    yield "null", None
    for name, other in TYPED.items():
        if type(other) is not type(value):
            yield f"a {name} instead", other
    if isinstance(value, str):
        yield from TEXTS.items()
    elif isinstance(value, int) and not isinstance(value, bool):
        yield from (*NUMBERS.items(), ("zero", 0))
    elif isinstance(value, list):
        yield from (("an empty list", []), ("an entry twice", [*value, *deepcopy(value[:1])]))
        yield "a null in a list", [*value, None]
    elif isinstance(value, dict):
        yield "an empty mapping", {}
    if "maximum" in node:
        yield "a number above the edge", node["maximum"] + 1
    if "maxItems" in node and isinstance(value, list):
        yield "too many entries", value[:1] * (node["maxItems"] + 1)


def _unwritten(value: Body, node: Schema, schema: Schema) -> Iterator[tuple[str, Schema]]:
    """Fields that a mapping could have and has not."""
    for name, part in sorted(node.get("properties", {}).items()):
        if name not in value and name != "status":
            yield name, _resolved(part, schema)


def _first_values(node: Schema) -> Iterator[tuple[str, Any]]:
    """For a field that is not written: a value of another type, and one that its schema takes if it is a simple one."""
    said = node.get("type", ())
    types = {said} if isinstance(said, str) else set(said)
    if "string" not in types:
        yield "a text in a field of another type", "abc"
    if types & {"string", "array"}:
        yield "a mapping in a field of another type", {"abc": "abc"}
    if "enum" in node:
        yield "an allowed word", node["enum"][0]
    elif "boolean" in types:
        yield "a switch", True
    elif "integer" in types:
        yield "a plain number", max(1, node.get("minimum", 1))
    elif "string" in types and "pattern" not in node and "format" not in node:
        yield "a plain text", "abc"


def _resolved(node: Schema, schema: Schema) -> Schema:
    while "$ref" in node:
        node = schema["definitions"][node["$ref"].rpartition("/")[2]]
    return node


def _put(body: Body, path: Path, value: Any) -> Body:
    copy = deepcopy(body)
    node: Any = copy
    for key in path[:-1]:
        node = node[key]
    node[path[-1]] = deepcopy(value)
    return copy


def _without(body: Body, path: Path) -> Body:
    copy = deepcopy(body)
    node: Any = copy
    for key in path[:-1]:
        node = node[key]
    del node[path[-1]]
    return copy
