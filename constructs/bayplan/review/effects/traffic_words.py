"""Traffic in words."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST = 120
"""Letters of a value that are told."""
NAMED = 3
"""How many are named; the others are counted."""


def listed(names: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b, c and 4 more`; "" for none."""
    shown = list(names) if len(names) <= NAMED else [*names[:NAMED], f"{len(names) - NAMED} more"]
    return f"{', '.join(shown[:-1])} and {shown[-1]}" if len(shown) > 1 else "".join(shown)


def went(before: object, after: object, unsaid: str = "not said") -> str:
    """`5s (before: 15s)`."""
    return f"{after if after not in (None, '') else unsaid} (before: {before if before not in (None, '') else unsaid})"


def shown(value: object) -> str:
    """A value as JSON, shortened; "" for none."""
    if value in (None, "", [], {}):
        return ""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
