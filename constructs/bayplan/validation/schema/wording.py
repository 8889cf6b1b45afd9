"""What is wrong with one value, in words that follow its name: `is "3", must be a whole number (without quotes)`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from jsonschema_rs import ValidationError

    from bayplan.validation.schema.library import Schema

TYPES = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "object": "a mapping",
    "array": "a list",
}
LIMITS = {
    "const": "is {value}, must be {limit}",
    "exclusiveMaximum": "is {value}, must be less than {limit}",
    "exclusiveMinimum": "is {value}, must be more than {limit}",
    "format": "is {value}, which is no {limit}",
    "maximum": "is {value}, must be at most {limit}",
    "maxItems": "has {size} entries, at most {limit} are allowed",
    "maxLength": "has {size} characters, at most {limit} are allowed",
    "maxProperties": "has {size} entries, at most {limit} are allowed",
    "minimum": "is {value}, must be at least {limit}",
    "minItems": "has {size} entries, at least {limit} are needed",
    "minLength": "has {size} characters, at least {limit} are needed",
    "minProperties": "has {size} entries, at least {limit} are needed",
    "multipleOf": "is {value}, must be a multiple of {limit}",
    "not": "is {value}, which is ruled out ({limit})",
    "pattern": "is {value}, which does not match {limit}",
    "uniqueItems": "has the same entry twice",
}
"""By keyword of JSON Schema."""
SAYS = "x-bayplan-says"
"""Key of a schema beside a pattern: what it asks for, in words; see refused/forms.py."""
SWITCHES = frozenset({"true", "false", "yes", "no", "on", "off"})
SHOWN = 12
"""Allowed values that are listed at most."""
LONGEST = 60
"""Characters of a written value that are quoted at most."""


def wrong(error: ValidationError, node: Schema, *, named: bool = True) -> str:  # noqa: PLR0911 - one a keyword
    """What is wrong with a value; `node` is the schema that says so. A key has been `named` before, a value has not."""
    keyword, limit, value = error.kind.name, error.kind.value, error.instance
    if keyword in {"anyOf", "oneOf", "not"} and SAYS in node:
        return str(node[SAYS])
    if keyword == "type":
        return f"is {shown(value)}, must be {_types(limit)}{_quotes(value, limit)}"
    if keyword == "enum":
        return f"is {shown(value)}, must be {_options(value, limit)}"
    if keyword in {"anyOf", "oneOf"}:
        return _alternatives(value, node.get(keyword, ()))
    if keyword == "pattern" and SAYS in node:
        return f"is {shown(value)}, must be {node[SAYS]}" if named else f"must be {node[SAYS]}"
    if keyword in LIMITS:
        size = len(value) if isinstance(value, str | list | dict) else 0
        told = limit if isinstance(limit, str) else shown(limit)
        return LIMITS[keyword].format(value=shown(value), limit=told, size=size)
    return f"breaks its schema: {error.message}"


def shown(value: Any) -> str:  # noqa: ANN401 - any JSON value
    """A value as it was written, cut where it is long."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."


def meant(word: str, known: Sequence[str]) -> str:
    """`; did you mean ...?`, or what there is if that is little; "" otherwise."""
    from difflib import get_close_matches  # noqa: PLC0415 - for mistakes alone

    folded = {one.lower(): one for one in known}
    close = get_close_matches(word.lower(), folded, n=1)
    if close:
        return f"; did you mean `{folded[close[0]]}`?"
    return f"; it has {', '.join(f'`{one}`' for one in known)}" if 0 < len(known) <= SHOWN else ""


def _types(types: Sequence[str]) -> str:
    return " or ".join(TYPES[one] for one in TYPES if one in types) or "null"


def _quotes(value: Any, types: Sequence[str]) -> str:  # noqa: ANN401 - any JSON value
    """The slip behind most wrong types: quotes too many or too few."""
    if not isinstance(value, str):
        return " (in quotes)" if "string" in types and isinstance(value, bool | int | float) else ""
    numeric = {"integer", "number"} & set(types) and value.removeprefix("-").isdecimal()
    switch = "boolean" in types and value.lower() in SWITCHES
    return " (without quotes)" if numeric or switch else ""


def _options(value: Any, options: Sequence[Any]) -> str:  # noqa: ANN401 - any JSON value
    words = [shown(option) for option in options if option is not None]
    if len(words) <= SHOWN:
        return words[0] if len(words) == 1 else f"one of {', '.join(words)}"
    from difflib import get_close_matches  # noqa: PLC0415 - for mistakes alone

    close = get_close_matches(shown(value), words)
    return f"one of {len(words)} values" + (f", such as {', '.join(close)}" if close else "")


def _alternatives(value: Any, branches: Iterable[Any]) -> str:  # noqa: ANN401 - any JSON value
    """Fields that exclude each other, or of which one is needed: how CRDs write a choice."""
    needs = [tuple(one["required"]) for one in branches if isinstance(one, dict) and "required" in one]
    written = [need for need in needs if isinstance(value, dict) and set(need) <= value.keys()]
    if len(written) > 1:
        return f"sets {_listed(written)}, of which only one is allowed"
    if needs and not written:
        return f"needs one of {_listed(needs)}"
    return f"is {shown(value)}, which fits none of the forms that are allowed"


def _listed(needs: Iterable[tuple[str, ...]]) -> str:
    return ", ".join("+".join(f"`{key}`" for key in need) for need in dict.fromkeys(needs))
