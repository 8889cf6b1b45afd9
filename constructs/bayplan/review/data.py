"""A review as JSON, and back: between a job that may run contributed code and one that may write comments."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from pydantic import ConfigDict, TypeAdapter, ValidationError

from bayplan.complaint import BadInput, Complaint
from bayplan.review.review import Review

MOST_BYTES = 64 << 20
"""A review that is larger is none that bayplan wrote."""


@cache
def adapter() -> TypeAdapter[Review]:
    """What reads and writes reviews; made once, which takes a while."""
    Review.__pydantic_config__ = ConfigDict(extra="forbid", use_attribute_docstrings=True)  # type: ignore[attr-defined]
    return TypeAdapter(Review)


def write(review: Review) -> str:
    """The JSON document of a review; the same bytes for the same review."""
    plain = adapter().dump_python(review, mode="json")
    return json.dumps(plain, indent=1, ensure_ascii=True) + "\n"


def read(data: bytes, *, file: str = "review.json") -> Review:
    """The review of a JSON document; raises BadInput for everything that `write` does not write."""
    fix = "Give it what `bayplan review --format json` wrote, of the same version of bayplan."
    if len(data) > MOST_BYTES:
        raise BadInput([Complaint(file=file, line=0, what=f"has {len(data):,} bytes, which no review has", fix=fix)])
    try:
        return adapter().validate_json(data)
    except (ValidationError, RecursionError) as error:
        raise BadInput([Complaint(file=file, line=0, what=f"is no review: {reason(error)}", fix=fix)]) from error


def reason(error: ValidationError | RecursionError) -> str:
    """The first thing that is wrong, without any of what was read: that is somebody else's text."""
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    first = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(str(key) for key in first["loc"] if isinstance(key, int) or key.isidentifier())
    return f"{where}: {first['type']}" if where else first["type"]


def schema() -> dict[str, Any]:
    """The JSON Schema of the document, draft 2020-12."""
    body = adapter().json_schema(mode="serialization")
    title = "bayplan: what a change does (bayplan review --format json)"
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | body | {"title": title}
