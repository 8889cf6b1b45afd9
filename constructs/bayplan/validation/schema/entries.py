"""Lists whose entries are told apart, by keys or by their value: no two may be the same.

Server-side apply refuses a list in which two are, so Flux applies nothing of the whole Kustomization; `kubectl create`
takes some of them. Source: <https://kubernetes.io/docs/reference/using-api/server-side-apply/#merge-strategy>
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

from bayplan.manifests.pointer import pointer
from bayplan.validation.rule import Hit
from bayplan.validation.schema.sentence import place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.validation.schema.library import Schema

Path = tuple[str | int, ...]
KEYS = "x-kubernetes-list-map-keys"


@dataclass(slots=True, eq=False)
class Lists:
    """Where a schema has lists whose entries are told apart: most of what is written lies on no way to one."""

    keys: list[str] | None = None
    defaults: tuple[Any, ...] = ()
    is_set: bool = False
    takes_null: bool = False
    """Whether the schema lets an entry be null, which the server does not."""
    parts: dict[str, Lists] = field(default_factory=dict)
    others: Lists | None = None
    entries: Lists | None = None
    is_open: bool = False
    """Whether its schema is being looked at just now: one that holds itself."""

    def is_of_interest(self) -> bool:
        """Whether there is anything to look for here or below."""
        return bool(self.is_open or self.keys or self.is_set or self.parts or self.others or self.entries)


def lists_of(schema: Schema) -> Lists:
    """The ways to all such lists of a schema, found once for its kind."""
    return _ways(schema, schema, {})


def doubled(value: Any, lists: Lists, path: Path = ()) -> Iterator[Hit]:  # noqa: ANN401 - JSON
    """A hit at every entry that repeats an earlier one."""
    if isinstance(value, dict):
        for key, below in lists.parts.items():
            if key in value:
                yield from doubled(value[key], below, (*path, key))
        if lists.others is not None:
            for key in value.keys() - lists.parts.keys():
                yield from doubled(value[key], lists.others, (*path, key))
    elif isinstance(value, list):
        if lists.keys or lists.is_set:
            yield from _repeated(value, lists, path)
        if lists.entries is not None:
            for number, part in enumerate(value):
                yield from doubled(part, lists.entries, (*path, number))


def _repeated(entries: list[Any], lists: Lists, path: Path) -> Iterator[Hit]:
    keys = lists.keys
    first: dict[str, int] = {}
    for number, entry in enumerate(entries):
        if entry is None and keys and lists.takes_null:
            yield Hit(pointer(*path, number), f"{place((*path, number))} is null, must be a mapping")
        if entry is None or (keys and not isinstance(entry, dict)):
            continue  # of another type: told by the schema
        # two entries that leave out the same key have the same default
        what = [entry.get(key, default) for key, default in zip(keys, lists.defaults, strict=True)] if keys else entry
        same = repr(what) if keys and all(type(one) in SIMPLE for one in what) else json.dumps(what, sort_keys=True)
        earlier = first.setdefault(same, number)
        if earlier != number:
            told = f"has the same {', '.join(f'`{key}`' for key in keys)}" if keys else "is the same"
            yield Hit(pointer(*path, number), f"{place((*path, number))} {told} as `{path[-1]}[{earlier}]`")


SIMPLE = frozenset({str, int, bool, type(None)})
"""Types whose values are the same exactly when Python writes them alike."""


def _ways(node: Schema, schema: Schema, known: dict[str, Lists]) -> Lists:
    node = bare(node)
    if "$ref" in node:
        name = node["$ref"].rpartition("/")[2]
        if name not in known:
            known[name] = Lists(is_open=True)
            _fill(known[name], schema["definitions"][name], schema, known).is_open = False
        return known[name]
    return _fill(Lists(), node, schema, known)


def _fill(found: Lists, node: Schema, schema: Schema, known: dict[str, Lists]) -> Lists:
    node = bare(node)
    if "$ref" in node:
        inner = _ways(node, schema, known)
        for one in fields(Lists):
            setattr(found, one.name, getattr(inner, one.name))
        return found
    items = _resolved(node.get("items", {}), schema)
    if node.get(KEYS) or node.get("x-kubernetes-list-type") == "set":
        found.keys = node.get(KEYS)
        found.defaults = tuple(items.get("properties", {}).get(key, {}).get("default") for key in found.keys or ())
        found.is_set = not found.keys
        found.takes_null = "null" in items.get("type", ())
    ways = ((key, _ways(part, schema, known)) for key, part in node.get("properties", {}).items())
    found.parts = {key: way for key, way in ways if way.is_of_interest()}
    for slot, more in (("others", node.get("additionalProperties")), ("entries", node.get("items"))):
        way = _ways(more, schema, known) if isinstance(more, dict) else None
        setattr(found, slot, way if way and way.is_of_interest() else None)
    return found


def bare(node: Schema) -> Schema:
    """A reference without the demands that were laid over it."""
    return next((part for part in node.get("allOf", ()) if "$ref" in part), node)


def _resolved(node: Schema, schema: Schema) -> Schema:
    node = bare(node)
    while "$ref" in node:
        node = schema["definitions"][node["$ref"].rpartition("/")[2]]
    return node
