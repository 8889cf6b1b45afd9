"""Validation errors as hits: a sentence each, at the node that is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jsonschema_rs import ValidationErrorKind as Kind

from bayplan.manifests.pointer import pointer
from bayplan.validation.fields import is_variable
from bayplan.validation.finding import Status
from bayplan.validation.rule import Hit
from bayplan.validation.schema.choice import chosen
from bayplan.validation.schema.wording import meant, wrong

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from jsonschema_rs import ValidationError

    from bayplan.validation.schema.library import Schema


def sentences(
    errors: Sequence[ValidationError], schema: Schema, dropped: Collection[tuple[str | int, ...]] = ()
) -> Iterator[Hit]:
    """A hit for every error; `dropped` are nulls that count as not written.

    A value of the wrong type is told as that alone: its pattern or its allowed values say nothing more.
    """
    mistyped = {tuple(error.instance_path) for error in errors if isinstance(error.kind, Kind.Type)}
    for error in errors:
        path, node = tuple(error.instance_path), node_at(schema, error.schema_path[:-1])
        match error.kind:
            case Kind.AdditionalProperties(unexpected=keys):
                known = sorted(node.get("properties", {}))
                for key in keys:
                    yield Hit(pointer(*path, key), f"`{key}` is no field of {place(path)}{meant(key, known)}")
            case Kind.Required(property=key):
                null = (*path, key) in dropped
                yield Hit(pointer(*path), f"`{key}` {'is null and so' if null else 'is'} missing in {place(path)}")
            case Kind.PropertyNames(error=inner):
                key, words = str(inner.instance), node_at(schema, error.schema_path)
                yield _hit((*path, key), f"the key `{key}` {wrong(inner, words, named=False)}", key)
            case Kind.AnyOf(context=branches) | Kind.OneOfNotValid(context=branches) if best := chosen(error, branches):
                yield from sentences(best, schema, dropped)
            case Kind.Type():
                yield _hit(path, f"{place(path)} {wrong(error, node)}", error.instance)
            case _ if path not in mistyped:
                yield _hit(path, f"{place(path)} {wrong(error, node)}", error.instance)


def _hit(path: Sequence[str | int], message: str, value: Any) -> Hit:  # noqa: ANN401 - any JSON value
    """A hit, or a doubt where the value is completed later."""
    if isinstance(value, str) and is_variable(value):
        return Hit(pointer(*path), f"{message}, but it is completed later", Status.UNKNOWN)
    return Hit(pointer(*path), message)


def place(path: Sequence[str | int]) -> str:
    """The last words of a path, as people say them: `containers[0].name`; "the object" for the root."""
    names = [at for at, key in enumerate(path) if isinstance(key, str)]
    shortened = path[names[-2] if len(names) > 1 else 0 :]
    text = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in shortened)
    return f"`{text.removeprefix('.')}`" if text else "the object"


def node_at(schema: Schema, path: Sequence[str | int]) -> Schema:
    """The part of a schema that an error speaks of; empty where there is none."""
    node: Any = schema
    for key in path:
        try:
            node = node[key]
        except (KeyError, IndexError, TypeError):
            return {}
    return node if isinstance(node, dict) else {}
