"""Lists whose entries are told apart, by keys or by their value: no two may be the same.

Server-side apply refuses a list in which two are, so Flux applies nothing of the whole Kustomization; `kubectl create`
takes some of them. Source: <https://kubernetes.io/docs/reference/using-api/server-side-apply/#merge-strategy>
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from bayplan.manifests.pointer import pointer
from bayplan.validation.rule import Hit
from bayplan.validation.schema.sentence import place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.validation.schema.library import Schema

Path = tuple[str | int, ...]
KEYS = "x-kubernetes-list-map-keys"


def doubled(value: Any, node: Schema, schema: Schema, path: Path = ()) -> Iterator[Hit]:  # noqa: ANN401 - JSON
    """A hit at every entry that repeats an earlier one; `node` is the part of the schema for the value."""
    node = _resolved(node, schema)
    if isinstance(value, dict):
        known, more = node.get("properties", {}), node.get("additionalProperties")
        for key, part in value.items():
            if isinstance(about := known.get(key, more), dict):
                yield from doubled(part, about, schema, (*path, key))
    elif isinstance(value, list):
        items = _resolved(node.get("items", {}), schema)
        yield from _repeated(value, node, items, path)
        for number, part in enumerate(value):
            yield from doubled(part, items, schema, (*path, number))


def _repeated(entries: list[Any], node: Schema, items: Schema, path: Path) -> Iterator[Hit]:
    keys, known = node.get(KEYS), items.get("properties", {})
    if not keys and node.get("x-kubernetes-list-type") != "set":
        return
    first: dict[str, int] = {}
    for number, entry in enumerate(entries):
        if entry is None and keys and "null" in items.get("type", ()):
            yield Hit(pointer(*path, number), f"{place((*path, number))} is null, must be a mapping")
        if entry is None or (keys and not isinstance(entry, dict)):
            continue  # of another type: told by the schema
        # two entries that leave out the same key have the same default
        what = [entry.get(key, known.get(key, {}).get("default")) for key in keys] if keys else entry
        earlier = first.setdefault(json.dumps(what, sort_keys=True), number)
        if earlier != number:
            same = f"has the same {', '.join(f'`{key}`' for key in keys)}" if keys else "is the same"
            yield Hit(pointer(*path, number), f"{place((*path, number))} {same} as `{path[-1]}[{earlier}]`")


def _resolved(node: Schema, schema: Schema) -> Schema:
    while "$ref" in node:
        node = schema["definitions"][node["$ref"].rpartition("/")[2]]
    return node
