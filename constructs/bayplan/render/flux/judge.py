"""Who can say, for Flux, whether an object is healthy."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

HAS_STATUS = "metadata.?managedFields.orValue([]).exists(one, one.?subresource.orValue('') == 'status')"
IS_FRESH = "string(status.?observedGeneration.orValue('')) == string(metadata.generation)"
IS_READY = "status.conditions.exists(one, one.type == 'Ready' && one.status == 'True')"


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


def says(field: str, *bad: str) -> str:
    """Expression: a status was written, and a field of it says one of these."""
    said = f"in {list(bad)}" if len(bad) > 1 else f"== '{bad[0]}'"
    return f"{HAS_STATUS} && {field}.orValue('') {said}"
