"""Names that every object derived from them can carry."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

Name = Annotated[str, StringConstraints(pattern=r"^[a-z]([-a-z0-9]*[a-z0-9])?$", max_length=40)]
"""A DNS-1123 label that starts with a letter (Services need that), short enough for the suffixes that are put behind it."""
