"""Functions of texts: by characters, not by bytes."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from bayplan.validation.cel.arithmetic import no_overload
from bayplan.validation.cel.values import CelError, Uint, Value, type_name

if TYPE_CHECKING:
    from collections.abc import Callable

_CLAUSE = re.compile(r"%(?:\.(\d+))?([sdfeboxX%])?")
_ASCII_LOWER = {code: code + 32 for code in range(65, 91)}
_ASCII_UPPER = {code: code - 32 for code in range(97, 123)}
SPACES = " \t\n\v\f\r\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
"""What Unicode calls white."""


def text(value: Value, name: str) -> str:
    """A text and nothing else."""
    if type(value) is not str:
        raise no_overload(name, value)
    return value


def place(value: Value, length: int, name: str) -> int:
    """A place in a text, its end included."""
    if type(value) is not int:
        raise no_overload(name, value)
    if not 0 <= value <= length:
        raise CelError(f"index out of range: {value}")
    return value


def _char_at(one: Value, at: Value) -> str:
    at = place(at, len(text(one, "charAt")), "charAt")
    return str(one[at : at + 1])


def _substring(one: Value, begin: Value, end: Value = None) -> str:
    length = len(text(one, "substring"))
    begin = place(begin, length, "substring")
    end = length if end is None else place(end, length, "substring")
    if begin > end:
        raise CelError(f"invalid substring range: {begin} to {end}")
    return str(one[begin:end])


def _replace(one: Value, old: Value, new: Value, count: Value = -1) -> str:
    if type(count) is not int:
        raise no_overload("replace", count)
    return text(one, "replace").replace(text(old, "replace"), text(new, "replace"), max(-1, count))


def _split(one: Value, by: Value, count: Value = -1) -> list[str]:
    text(one, "split")
    if type(count) is not int:
        raise no_overload("split", count)
    if count == 0:
        return []
    if not text(by, "split"):
        parts = list(one)
        return parts if count < 0 or len(parts) <= count else [*parts[: count - 1], "".join(parts[count - 1 :])]
    return list(one.split(by, count - 1)) if count > 0 else list(one.split(by))


def _join(values: Value, by: Value = "") -> str:
    if not isinstance(values, list):
        raise no_overload("join", values)
    return text(by, "join").join(text(one, "join") for one in values)


def _format(pattern: Value, args: Value) -> str:
    if type(pattern) is not str or not isinstance(args, list):
        raise no_overload("format", pattern, args)
    left = iter(args)

    def clause(match: re.Match[str]) -> str:
        if match[2] == "%":
            return "%"
        try:
            value = next(left)
        except StopIteration:
            raise CelError("format has more clauses than arguments") from None
        return _clause(match[2], match[1], value)

    return _CLAUSE.sub(clause, pattern)


def _clause(verb: str | None, precision: str | None, value: Value) -> str:  # noqa: PLR0911 - one for each verb
    number = type(value) in (int, Uint)
    if verb == "s":
        return _shown(value)
    if verb in ("d", "f", "e") and type(value) is float and not math.isfinite(value):
        return _shown(value)
    if verb == "d" and number:
        return _shown(value)
    if verb in ("f", "e") and (number or type(value) is float):
        return f"{float(value):.{precision or 6}{verb}}"
    if verb == "b" and (number or type(value) is bool):
        return f"{int(value):b}"
    if verb == "o" and number:
        return f"{int(value):o}"
    if verb in ("x", "X") and (number or type(value) in (str, bytes)):
        shown = f"{int(value):x}" if number else (value.encode() if type(value) is str else value).hex()
        return shown.upper() if verb == "X" else shown
    raise CelError(f"no such formatting clause: %{verb or ''} of {type_name(value)}")


def _shown(value: Value) -> str:
    from bayplan.validation.cel.functions.conversions import to_string  # noqa: PLC0415 - which stands on times

    if value is None:
        return "null"
    if type(value) is float and math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, list):
        return f"[{', '.join(map(_shown, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(sorted(f'{_shown(key)}: {_shown(one)}' for key, one in value.items()))}}}"
    return value.name if type_name(value) == "type" else to_string(value)


def _two(name: str, function: Callable[[str, str], Value]) -> Callable[[Value, Value], Value]:
    return lambda one, other: function(text(one, name), text(other, name))


def _one(name: str, function: Callable[[str], Value]) -> Callable[[Value], Value]:
    return lambda one: function(text(one, name))


ALONE: dict[str, Callable[..., Value]] = {}
OF_VALUES: dict[str, Callable[..., Value]] = {
    "charAt": _char_at,
    "contains": _two("contains", lambda one, other: other in one),
    "endsWith": _two("endsWith", lambda one, other: one.endswith(other)),
    "format": _format,
    "join": _join,
    "lowerAscii": _one("lowerAscii", lambda one: one.translate(_ASCII_LOWER)),
    "replace": _replace,
    "split": _split,
    "startsWith": _two("startsWith", lambda one, other: one.startswith(other)),
    "substring": _substring,
    "trim": _one("trim", lambda one: one.strip(SPACES)),
    "upperAscii": _one("upperAscii", lambda one: one.translate(_ASCII_UPPER)),
}
