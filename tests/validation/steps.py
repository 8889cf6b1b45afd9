"""How a step from one object to another is written down."""

from __future__ import annotations

from typing import Any


def laid_over(body: Any, change: Any) -> Any:
    """A JSON merge patch: null takes a part away."""
    if not isinstance(body, dict) or not isinstance(change, dict):
        return change
    merged = dict(body)
    for key, value in change.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = laid_over(merged.get(key), value)
    return merged
