"""An object as the API server has it before it asks any rule: defaults written in, nulls that mean nothing left out."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from bayplan.validation.cel.typed import resolved

if TYPE_CHECKING:
    from bayplan.validation.schema.library import Schema


def defaulted(value: Any, node: Schema, root: Schema) -> Any:  # noqa: ANN401 - any JSON value
    """A copy with the defaults of a schema."""
    node = resolved(node, root)
    if isinstance(value, list):
        items = node.get("items", {})
        return [defaulted(one, items, root) for one in value]
    if not isinstance(value, dict):
        return value
    known, more = node.get("properties", {}), node.get("additionalProperties")
    made = {}
    for key, one in value.items():
        about = known.get(key, more if isinstance(more, dict) else {})
        if one is None and "null" not in resolved(about, root).get("type", ("null",)):
            continue
        made[key] = defaulted(one, about, root)
    for key, about in known.items():
        if key not in made and (default := resolved(about, root).get("default")) is not None:
            made[key] = defaulted(deepcopy(default), about, root)
    return made
