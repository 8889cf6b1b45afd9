"""A review as JSON; `schemas/bayplan/review.json` is its schema."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bayplan.review import data

if TYPE_CHECKING:
    from bayplan.review.review import Review


def render(review: Review, *, color: bool) -> str:  # noqa: ARG001 - JSON has none
    """The document, without the end of its last line."""
    return data.write(review).removesuffix("\n")


def schema() -> str:
    """The JSON Schema of the document, draft 2020-12."""
    return json.dumps(data.schema(), indent=2) + "\n"
