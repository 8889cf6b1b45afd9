"""Who may reach whom, before and after: a plain record, as in review.py."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Flow:
    """Who may reach whom, before and after."""

    cluster: str
    source: str
    """`chat/web`; "anybody outside" for who is not in the tree."""
    target: str
    ports: str
    before: bool
    after: bool
    why: str = ""
    """The policies or routes that say so now; those of before, for what is closed."""
