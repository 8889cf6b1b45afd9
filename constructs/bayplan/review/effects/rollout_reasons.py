"""Why pods are made anew, in words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bayplan.review.review import Part

CONTAINER = r"(?:^|\.)(?:initC|c)ontainers\[([^\]]+)\]"
FORMS = tuple(
    (re.compile(form), words)
    for form, words in (
        (rf"{CONTAINER}\.image$", "the image of {0}"),
        (rf"{CONTAINER}\.env\[([^\]]+)\]\.value$", "the variable {1} of {0}"),
        (rf"{CONTAINER}\.resources\.(.+)$", "{1} of {0}"),
        (r"template\.metadata\.(label|annotation)s\.(.+)$", "the {0} {1} of its pods"),
        (r"odeAffinity\..*\.matchExpressions\[([^\]]+)\]\.values", "the label {0} of the nodes that it asks for"),
        (r"(?:^|\.)nodeSelector\.(.+)$", "the label {0} of the nodes that it asks for"),
    )
)
"""Paths that people call by other words."""
DIGEST = re.compile(r"(sha256:[0-9a-f]{8})[0-9a-f]{56}")
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
    told = f": {after}" if after and not after.startswith("{") else ""
    return f"{name} is {'new' if after else 'gone'}{told}"


def named(path: str) -> str:
    """A part in words: `the image of web`; most are best called by their path."""
    for form, words in FORMS:
        found = form.search(path)
        if found:
            return words.format(*found.groups())
    return path


def short(value: str) -> str:
    """A value within a sentence: text without its quotes; what is long is left out."""
    text = value[1:-1] if value.startswith('"') and value.endswith('"') and "\\" not in value else value
    text = DIGEST.sub(r"\1…", text)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
