"""Who can say, for Flux, whether an object is healthy."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Judge(Enum):
    """Who says whether an object is healthy."""

    RULE = "a rule that kstatus has for the kind"
    CONDITIONS = "the object's own Ready, Reconciling and Stalled conditions"
    EXPRESSION = "an expression of ours"
    NOBODY = "nobody: it is healthy when it is there"


@dataclass(frozen=True, slots=True, kw_only=True)
class Expression:
    """CEL over an object's top-level fields; what is "" is not asked."""

    current: str
    in_progress: str = ""
    failed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How Flux judges a kind."""

    judge: Judge
    why: str
    version: str = ""
    """Of the API, for an expression."""
    expression: Expression | None = None
