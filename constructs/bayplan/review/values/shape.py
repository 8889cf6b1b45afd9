"""What the schemas say of a part of an object: its type, how entries of its lists are told apart, its defaults."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from bayplan.validation.schema.entries import KEYS, bare
from bayplan.validation.schema.library import core_kinds, schema_of

if TYPE_CHECKING:
    from bayplan.validation.schema.library import Schema
    from bayplan.validation.schema.tree import TreeCrds

NOTHING = object()


class Shape:
    """A node of the schema of one kind; what no schema tells is a shape that says nothing."""

    __slots__ = ("_below", "_known", "_schema", "is_built_in", "node", "type_name")

    def __init__(self, node: Schema, schema: Schema, *, type_name: str = "", is_built_in: bool = False) -> None:
        self.node = node
        self.type_name = type_name
        """Of a kind of Kubernetes itself: `core.v1.Container`; "" elsewhere."""
        self.is_built_in = is_built_in
        self._schema = schema
        self._below: dict[str, Shape] = {}

    def field(self, key: str) -> Shape:
        """What stands under a key."""
        found = self._below.get(key)
        if found is None:
            below = self.node.get("properties", {}).get(key, self.node.get("additionalProperties"))
            found = self._below[key] = self._shape(below)
        return found

    @property
    def entries(self) -> Shape:
        """What stands in a list."""
        found = self._below.get("")
        if found is None:
            found = self._below[""] = self._shape(self.node.get("items"))
        return found

    @property
    def keys(self) -> tuple[str, ...]:
        """Fields that tell the entries of a list apart for the API server; none for other lists."""
        return tuple(self.node.get(KEYS) or ())

    @property
    def is_set(self) -> bool:
        """Whether the list is a set of values."""
        return self.node.get("x-kubernetes-list-type") == "set"

    @property
    def makes_pods(self) -> bool:
        """Whether it is the spec of a pod: there the order of a list is part of what pods are made of."""
        return self.short == "core.PodSpec" or (
            not self.is_built_in and "containers" in self.node.get("properties", ())
        )

    @property
    def short(self) -> str:
        """The type without its version: `core.Container`."""
        group, _, rest = self.type_name.partition(".")
        return f"{group}.{rest.rpartition('.')[2]}" if rest else ""

    def default(self, key: str) -> object:
        """What the schema itself says that stands under a key where nobody writes it; NOTHING for none."""
        below = self.node.get("properties", {}).get(key)
        if not isinstance(below, dict):
            return NOTHING
        return below["default"] if "default" in below else self.field(key).node.get("default", NOTHING)

    def _shape(self, node: Schema | bool | None) -> Shape:
        if not isinstance(node, dict):
            return UNKNOWN
        name, found = "", bare(node)
        while "$ref" in found:
            name = found["$ref"].rpartition("/")[2]
            found = bare(self._schema.get("definitions", {}).get(name, {}))
        return Shape(found, self._schema, type_name=name, is_built_in=self.is_built_in)


UNKNOWN = Shape({}, {})
UNKNOWN._below[""] = UNKNOWN  # noqa: SLF001 - it is below itself


def shape_of(body: dict[str, Any], minor: str, crds: TreeCrds) -> Shape:
    """What the schemas say of an object; those of the tree's own CRDs come first."""
    api_version, kind = body.get("apiVersion"), body.get("kind")
    if not isinstance(api_version, str) or not isinstance(kind, str):
        return UNKNOWN
    group, _, version = api_version.rpartition("/")
    for served in crds.schemas(group, version, kind):
        if served.schema is not None:
            return _of_tree(json.dumps(served.schema, sort_keys=True))
    return of_library(group, version, kind, minor)


@cache
def of_library(group: str, version: str, kind: str, minor: str) -> Shape:
    """By the schemas that are kept here."""
    schema = schema_of(group, version, kind, minor)
    if schema is None:
        return UNKNOWN
    is_built_in = group in core_kinds()
    name = ".".join((group.partition(".")[0] or "core", version, kind)) if is_built_in else ""
    return Shape(schema, schema, type_name=name, is_built_in=is_built_in)


@cache
def _of_tree(text: str) -> Shape:
    schema = json.loads(text)
    return Shape(schema, schema)
