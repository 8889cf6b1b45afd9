"""Regular expressions: RE2's, in time that grows with the text alone."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from bayplan.validation.cel.arithmetic import no_overload
from bayplan.validation.cel.functions.texts import text
from bayplan.validation.cel.values import CelError, Value

if TYPE_CHECKING:
    from collections.abc import Callable


@lru_cache(maxsize=1024)
def pattern(written: str) -> Any:  # noqa: ANN401 - the library has no types
    """A pattern that is ready to be used; CelError where it is none."""
    import re2  # type: ignore[import-untyped] # noqa: PLC0415 - loaded when the first pattern is met

    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(written, options)
    except (re2.error, UnicodeEncodeError):
        raise CelError(f"{written!r} is no regular expression") from None


def _matches(one: Value, written: Value) -> bool:
    return pattern(text(written, "matches")).search(text(one, "matches")) is not None


def _find(one: Value, written: Value) -> str:
    found = pattern(text(written, "find")).search(text(one, "find"))
    return str(found.group(0)) if found else ""


def _find_all(one: Value, written: Value, count: Value = -1) -> list[str]:
    if type(count) is not int:
        raise no_overload("findAll", count)
    found = [str(match.group(0)) for match in pattern(text(written, "findAll")).finditer(text(one, "findAll"))]
    return found if count < 0 else found[:count]


ALONE: dict[str, Callable[..., Value]] = {"matches": _matches}
OF_VALUES: dict[str, Callable[..., Value]] = {"find": _find, "findAll": _find_all, "matches": _matches}
