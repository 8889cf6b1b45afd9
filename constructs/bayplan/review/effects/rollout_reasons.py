"""Why pods are made anew, in words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bayplan.review.review import Part

IMAGE = re.compile(r"(?:^|\.)(?:initC|c)ontainers\[([^\]]+)\]\.image$")
LONGEST = 70
"""Letters of a value within a sentence."""


def pointed(parts: Sequence[Part]) -> str:
    """The part that is named first."""
    return foremost(parts).pointer if parts else ""


def foremost(parts: Sequence[Part]) -> Part:
    """The part that a reader looks for: an image before all else."""
    return next((one for one in parts if one.path.endswith(".image")), parts[0])


def reason(parts: Sequence[Part]) -> str:
    """One part with both values, and how many more there are."""
    if not parts:
        return ""
    part = foremost(parts)
    rest = len(parts) - 1
    more = f", and {rest} more {'part' if rest == 1 else 'parts'}" if rest else ""
    return f"{step(part)}{more}{part.why and f' ({part.why})'}"


def step(part: Part) -> str:
    """One part: from what to what."""
    before, after, name = short(part.before), short(part.after), named(part.path)
    if before and after:
        return f"{name} goes from {before} to {after}" if before != after else f"{name} changes"
    return f"{name} is {'new' if after else 'gone'}" + (f": {after}" if after else "")


def named(path: str) -> str:
    """A part in words: `the image of web`; most are best called by their path."""
    found = IMAGE.search(path)
    return f"the image of {found[1]}" if found else path


def short(value: str) -> str:
    """A value within a sentence: text without its quotes; what is long is left out."""
    text = value[1:-1] if value.startswith('"') and value.endswith('"') and "\\" not in value else value
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
