"""One object as YAML text that everybody reads alike: Kubernetes, YAML 1.1 and YAML 1.2.

We write the text ourselves: PyYAML asks its resolver for every word and takes five times as long, half of all the time
that a synth of ten thousand objects took. What is written is plain: block style, one form for each kind of value.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from bayplan.complaint import BadInput, Complaint
from bayplan.manifests.origin import origin_of, place_of
from bayplan.manifests.pointer import pointer
from bayplan.manifests.ref import Ref

if TYPE_CHECKING:
    from collections.abc import Mapping

_FIRST = ("apiVersion", "kind", "metadata", "name", "namespace", "labels")
"""Keys that a reader looks for first, wherever they stand; all others follow by the alphabet."""
_ALIKE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ/_$")
"""First characters of text that no reader takes for anything else, words apart."""
_WORDS = frozenset(["y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"])
"""In any spelling: booleans, nothing and no-numbers of one reader or another."""
_LONGEST_KEY = 120
"""Longer keys are announced with `?`: readers look no further than 1024 bytes for the colon."""
_LARGEST_FLOAT = 1 << 53
"""Whole floats above it come back from Kubernetes as other integers."""
_DEEPER = "  "


class _UnwritableError(Exception):
    """A part of an object that cannot be written; `steps` lead to it, the last one first."""

    def __init__(self, value: object, what: str) -> None:
        super().__init__(what)
        self.value = value
        self.steps: list[str | int] = []


def write(body: Mapping[str, Any]) -> str:
    """The text of an object: keys in our order, long lines whole, whatever could be misread in quotes.

    Raises BadInput for what cannot be written so that it is read again as it was: numbers beyond 64 bits, infinity,
    keys that are no text, `${`, which Flux would substitute.
    """
    try:
        return f"{_block(dict(body), '')}\n" if body else "{}\n"
    except _UnwritableError as error:
        raise BadInput([_complain(body, error)]) from None


def _block(value: Any, indent: str) -> str:  # noqa: ANN401 - any part of an object
    """The lines of a mapping or list that holds something."""
    lines = []
    place: str | int
    if isinstance(value, dict):
        for place in _ordered(value):
            try:
                lines.append(f"{indent}{_key(place, indent)}:{_behind_colon(value[place], indent)}")
            except _UnwritableError as error:
                error.steps.append(place)
                raise
    else:
        for place, item in enumerate(value):
            try:
                lines.append(f"{indent}- {_behind_dash(item, indent + _DEEPER)}")
            except _UnwritableError as error:
                error.steps.append(place)
                raise
    return "\n".join(lines)


def _ordered(value: dict[str, Any]) -> list[str]:
    for key in value:
        if not isinstance(key, str):
            raise _UnwritableError(key, "a key that is no text")
    first = [key for key in _FIRST if key in value]
    return first + sorted(value.keys() - first) if first else sorted(value)


def _key(key: str, indent: str) -> str:
    return _line(key) if len(key) <= _LONGEST_KEY else f"? {_line(key)}\n{indent}"


def _behind_colon(value: Any, indent: str) -> str:  # noqa: ANN401 - any part of an object
    if isinstance(value, dict) and value:
        return f"\n{_block(value, indent + _DEEPER)}"
    if isinstance(value, (list, tuple)) and value:
        return f"\n{_block(value, indent)}"
    return f" {_scalar(value, indent + _DEEPER)}"


def _behind_dash(value: Any, indent: str) -> str:  # noqa: ANN401 - any part of an object
    if isinstance(value, (dict, list, tuple)) and value:
        return _block(value, indent).removeprefix(indent)
    return _scalar(value, indent)


def _scalar(value: Any, indent: str) -> str:  # noqa: ANN401 - any part of an object
    match value:
        case str():
            return _literal(value, indent) if "\n" in value and _fits_literal(value) else _line(value)
        case bool():
            return "true" if value else "false"
        case None:
            return "null"
        case int():
            if not -(1 << 63) <= value < 1 << 64:
                raise _UnwritableError(value, "a number beyond 64 bits")
            return str(int(value))
        case float():
            if not abs(value) < _LARGEST_FLOAT:  # not-a-number is not smaller than anything
                raise _UnwritableError(value, "a number that JSON does not keep")
            text = repr(float(value))
            return text if "." in text else text.replace("e", ".0e")  # YAML 1.1 wants a point
        case dict() | list() | tuple():
            return "{}" if isinstance(value, dict) else "[]"
    raise _UnwritableError(value, f"a {type(value).__name__}, which is no data")


@lru_cache(maxsize=1 << 14)
def _line(text: str) -> str:
    """Text in one line: as it is where nobody can misread it, else in double quotes."""
    if "${" in text:
        raise _UnwritableError(text, "`${`, which Flux would substitute")
    printable = text.isprintable()
    if printable and _is_plain(text):
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return quoted if printable else re.sub(r"[^ -~]", _escape, quoted)


def _is_plain(text: str) -> bool:
    return (
        text[:1] in _ALIKE
        and text[-1] not in " :"
        and ": " not in text
        and " #" not in text
        and text.lower() not in _WORDS
    )


def _escape(match: re.Match[str]) -> str:
    """YAML's escape of a character that cannot be seen; JSON's pairs of surrogates mean nothing to it."""
    code = ord(match[0])
    if 0xD800 <= code < 0xE000:
        raise _UnwritableError(match.string, "half a character (a lone surrogate)")
    return match[0] if match[0].isprintable() else f"\\U{code:08x}" if code > 0xFFFF else f"\\u{code:04x}"


def _fits_literal(text: str) -> bool:
    """Whether a block of lines says exactly this: something to see, and no blank that nobody would see."""
    return " \n" not in text and text[-1] != " " and text.replace("\n", "").isprintable() and not text.isspace()


def _literal(text: str, indent: str) -> str:
    if "${" in text:
        raise _UnwritableError(text, "`${`, which Flux would substitute")
    level = len(_DEEPER) if text[0] in " \n" else ""
    end = "-" if text[-1] != "\n" else "+" if text.endswith("\n\n") else ""
    lines = [f"{indent}{line}" if line else "" for line in text.removesuffix("\n").split("\n")]
    return "\n".join([f"|{level}{end}", *lines])


def _complain(body: Mapping[str, Any], error: _UnwritableError) -> Complaint:
    """A complaint at the line of the author, with the object's name and the pointer of the part."""
    file, line = place_of(origin_of(body))
    ref, where = str(Ref.of(dict(body))), pointer(*reversed(error.steps))
    return Complaint(
        file=file or ref,
        line=line,
        what=f"{ref}{where and f' at {where}'} holds {error}: {error.value!r:.60}",
        fix="Say it otherwise: nothing in dist/ may mean one thing here and another in the cluster.",
    )
