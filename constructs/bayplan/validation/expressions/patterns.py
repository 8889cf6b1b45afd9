"""Regular expressions as Go reads them: RE2, the library that Go's `regexp` was made after.

Python's `re` takes look-aheads and back-references, which Go, Envoy and Prometheus refuse,
and knows neither `\\pN` nor `\\z`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

LONGEST = 10_000
"""How far into a pattern that has to be looked at letter by letter."""


@lru_cache(maxsize=1)
def _options() -> Any:  # noqa: ANN401 - the library has no types
    import re2  # type: ignore[import-untyped] # noqa: PLC0415 - loaded when the first pattern is met

    options = re2.Options()
    options.log_errors = False
    return options


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> Any:  # noqa: ANN401
    import re2  # noqa: PLC0415

    return re2.compile(pattern, _options())


@lru_cache(maxsize=4096)
def fault(pattern: str) -> str:
    """Why RE2 refuses a pattern; "" if it takes it."""
    import re2  # noqa: PLC0415

    try:
        _compiled(pattern)
    except UnicodeEncodeError:
        return "invalid UTF-8"
    except re2.error as error:
        told = error.args[0] if error.args else "it does not compile"
        text = told.decode(errors="replace") if isinstance(told, bytes) else str(told)
        # a limit of memory is another one in Go, and so is the size of what is repeated no times
        return "" if "too large" in text or ("repetition size" in text and "{0" in pattern) else text
    return "invalid escape sequence: \\C" if _has_byte(pattern) else ""


def _has_byte(pattern: str) -> bool:
    """Whether a pattern asks for one byte (`\\C`), which RE2 takes and Go refuses."""
    place = pattern.find("\\C")
    while 0 <= place < LONGEST:
        before = pattern[:place]
        if (len(before) - len(before.rstrip("\\"))) % 2 == 0 and "\\Q" not in before:
            return True
        place = pattern.find("\\C", place + 1)
    return False


def whole(pattern: str, text: str) -> bool:
    """Whether a pattern matches a text from its start to its end; False for a pattern that is none."""
    return not fault(pattern) and _compiled(pattern).fullmatch(text) is not None
