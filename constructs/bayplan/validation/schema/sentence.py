"""Validation errors as sentences: what was written, what is wanted, and what was probably meant."""

from __future__ import annotations

import json
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from jsonschema_rs import ValidationErrorKind as Kind

from bayplan.validation.rule import Hit
from bayplan.validation.schema.choice import chosen

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from jsonschema_rs import ValidationError

    from bayplan.validation.schema.library import Schema

WANTED = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "object": "a mapping",
    "array": "a list",
    "null": "null",
}
SHOWN = 12
"""Allowed values that are listed at most."""
LONGEST = 60
"""Characters of a written value that are quoted at most."""


def sentences(
    errors: Iterable[ValidationError], schema: Schema, dropped: Collection[tuple[str | int, ...]] = ()
) -> Iterator[Hit]:
    """A hit for every error, at the node that is wrong; `dropped` are nulls that count as not written."""
    for error in errors:
        node = node_at(schema, error.schema_path[:-1])
        match error.kind:
            case Kind.AdditionalProperties(unexpected=keys):
                yield from _unknown_keys(error, keys, node)
            case Kind.Required(property=key):
                null = (*error.instance_path, key) in dropped
                what = "is null, which counts as missing" if null else "is missing"
                yield Hit(pointer(error.instance_path), f"`{key}` {what} in {place(error.instance_path)}")
            case Kind.AnyOf(context=branches) | Kind.OneOfNotValid(context=branches) if best := chosen(error, branches):
                yield from sentences(best, schema, dropped)
            case _:
                yield Hit(pointer(error.instance_path), f"{place(error.instance_path)} {_complaint(error, node)}")


def pointer(path: Sequence[str | int]) -> str:
    """RFC 6901 text of a path."""
    return "".join("/" + str(key).replace("~", "~0").replace("/", "~1") for key in path)


def place(path: Sequence[str | int]) -> str:
    """The last words of a path, as people say them: `containers[0].name`; "the object" for the root."""
    words = list(path)
    start = max((at for at, key in enumerate(words[:-1]) if isinstance(key, str)), default=0)
    text = ""
    for key in words[start:]:
        text += f"[{key}]" if isinstance(key, int) else f".{key}"
    return f"`{text.lstrip('.')}`" if text else "the object"


def node_at(schema: Schema, path: Sequence[str | int]) -> Schema:
    """The part of a schema that an error speaks of; empty when it is no object."""
    node: Any = schema
    for key in path:
        if isinstance(node, dict):
            node = node.get(str(key))
        elif isinstance(node, list) and isinstance(key, int) and key < len(node):
            node = node[key]
        else:
            return {}
    return node if isinstance(node, dict) else {}


def _unknown_keys(error: ValidationError, keys: list[str], node: Schema) -> Iterator[Hit]:
    known = sorted(node.get("properties", {}))
    for key in keys:
        path = [*error.instance_path, key]
        yield Hit(pointer(path), f"`{key}` is no field of {place(error.instance_path)}{_meant(key, known)}")


def _meant(word: str, known: Sequence[str]) -> str:
    folded = {one.lower(): one for one in known}
    close = get_close_matches(word.lower(), folded, n=1, cutoff=0.6)
    if close:
        return f"; did you mean `{folded[close[0]]}`?"
    return f"; it has {', '.join(f'`{one}`' for one in known)}" if 0 < len(known) <= SHOWN else ""


def _complaint(error: ValidationError, node: Schema) -> str:
    """What is wrong with a value, to be read after its name."""
    value = error.instance
    match error.kind:
        case Kind.Type(types=types):
            return f"is {shown(value)}, must be {_wanted(types)}{_quotes(value, types)}"
        case Kind.Enum(options=options):
            return f"is {shown(value)}, must be {_options(value, options)}"
        case Kind.Constant(expected_value=wanted):
            return f"is {shown(value)}, must be {shown(wanted)}"
        case Kind.Pattern(pattern=pattern):
            return f"is {shown(value)}, which does not match {pattern}"
        case Kind.Format(format=name):
            return f"is {shown(value)}, which is no {name}"
        case Kind.UniqueItems():
            return "has the same item twice"
        case Kind.OneOfMultipleValid() | Kind.OneOfNotValid() | Kind.AnyOf():
            return _alternatives(value, node)
        case Kind.Not(schema=schema):
            return f"is {shown(value)}, which its schema rules out ({shown(schema)})"
        case _:
            return _limit(error)


def _limit(error: ValidationError) -> str:
    """Numbers, lengths and counts."""
    value = error.instance
    match error.kind:
        case Kind.Minimum(limit=limit):
            return f"is {shown(value)}, must be at least {limit}"
        case Kind.Maximum(limit=limit):
            return f"is {shown(value)}, must be at most {limit}"
        case Kind.ExclusiveMinimum(limit=limit):
            return f"is {shown(value)}, must be more than {limit}"
        case Kind.ExclusiveMaximum(limit=limit):
            return f"is {shown(value)}, must be less than {limit}"
        case Kind.MinLength(limit=least):
            return "is empty" if not value else f"is {shown(value)}, must have at least {least} characters"
        case Kind.MaxLength(limit=most):
            return f"is {shown(value)}, must have at most {most} characters"
        case Kind.MinItems(limit=least) | Kind.MinProperties(limit=least):
            return "is empty" if not value else f"must have at least {least} entries, has {_size(value)}"
        case Kind.MaxItems(limit=most) | Kind.MaxProperties(limit=most):
            return f"must have at most {most} entries, has {_size(value)}"
        case _:
            return f"breaks its schema: {error.message}"


def _alternatives(value: Any, node: Schema) -> str:  # noqa: ANN401 - any JSON value
    """Fields that exclude each other, or of which one is needed: how CRDs write a choice."""
    branches = [one for one in node.get("oneOf") or node.get("anyOf") or () if isinstance(one, dict)]
    needs = [tuple(one["required"]) for one in branches if "required" in one]
    written = [need for need in needs if isinstance(value, dict) and set(need) <= value.keys()]
    if len(written) > 1:
        return f"sets {_listed(written)}, of which only one is allowed"
    if needs and not written:
        return f"needs one of {_listed(needs)}"
    return f"is {shown(value)}, which fits none of the forms that are allowed here"


def _listed(needs: Iterable[tuple[str, ...]]) -> str:
    return ", ".join("+".join(f"`{key}`" for key in need) for need in dict.fromkeys(needs))


def _wanted(types: Sequence[str]) -> str:
    words = [WANTED[one] for one in WANTED if one in types and one != "null"]
    return " or ".join(words) or "null"


def _quotes(value: Any, types: Sequence[str]) -> str:  # noqa: ANN401 - any JSON value
    """The slip behind most wrong types: quotes too many or too few."""
    if isinstance(value, str) and {"integer", "number"} & set(types) and value.lstrip("-").isdigit():
        return " (without quotes)"
    if isinstance(value, str) and "boolean" in types and value.lower() in {"true", "false", "yes", "no", "on", "off"}:
        return " (without quotes)"
    return " (in quotes)" if "string" in types and isinstance(value, bool | int | float) else ""


def _options(value: Any, options: Sequence[Any]) -> str:  # noqa: ANN401 - any JSON value
    words = [shown(option) for option in options if option is not None]
    if len(words) == 1:
        return words[0]
    if len(words) > SHOWN:
        close = get_close_matches(str(value), [str(option) for option in options], n=3)
        return f"one of {len(words)} values" + (f", such as {', '.join(shown(one) for one in close)}" if close else "")
    return f"one of {', '.join(words)}"


def shown(value: Any) -> str:  # noqa: ANN401 - any JSON value
    """A value as it was written, cut where it is long."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."


def _size(value: Any) -> str:  # noqa: ANN401 - a list or a mapping
    return str(len(value))
