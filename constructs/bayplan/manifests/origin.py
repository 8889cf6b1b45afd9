"""The line that asked for an object, as the object itself says it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

ORIGIN = "bayplan.dev/origin"
"""Annotation that names the line of the app that asked for the object: `apps/chat.yaml#L12`."""


def origin_of(body: Mapping[str, Any]) -> str:
    """What the annotation of an object says, or ""; an object may be malformed."""
    metadata = body.get("metadata")
    annotations = metadata.get("annotations") if isinstance(metadata, dict) else None
    origin = annotations.get(ORIGIN) if isinstance(annotations, dict) else None
    return origin if isinstance(origin, str) else ""


def place_of(origin: str) -> tuple[str, int]:
    """File and line of an origin; line 0 where it names none."""
    file, _, line = origin.partition("#L")
    return file, int(line) if line.isdecimal() else 0
