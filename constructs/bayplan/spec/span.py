"""How long something may take that runs for hours or days."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from bayplan.spec.wrong import refuse, show

_PART = re.compile(r"([0-9]{1,9})([dhms])")
_SECONDS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
MOST_DAYS = 366


def _check_span(text: str) -> str:
    parts = _PART.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        refuse(
            f"{show(text)} is no length of time", 'Write whole days, hours, minutes or seconds: "2d", "12h", "1h30m".'
        )
    seconds = sum(int(number) * _SECONDS[unit] for number, unit in parts)
    if not 1 <= seconds <= MOST_DAYS * _SECONDS["d"]:
        refuse(f"{show(text)} is out of range", f'Write something between "1s" and "{MOST_DAYS}d".')
    return f"{seconds}s"


SpanText = Annotated[
    str,
    AfterValidator(_check_span),
    Field(json_schema_extra={"pattern": "^([0-9]{1,9}[dhms])+$", "examples": ["12h", "2d"]}),
]
"""A length of time in whole seconds, canonical: `43200s`."""


def seconds_of(span: str) -> int:
    """A canonical length of time as a number."""
    return int(span.removesuffix("s"))


def show_span(span: str) -> str:
    """A canonical length of time as a person writes it: `1d12h`."""
    left, text = seconds_of(span), ""
    for unit, size in _SECONDS.items():
        amount, left = divmod(left, size)
        text += f"{amount}{unit}" if amount else ""
    return text
