"""Which rules count: by code, prefix, family, or row of the taxonomy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.complaint import BadInput, Complaint
from bayplan.validation.registry import family_of, rules

if TYPE_CHECKING:
    from collections.abc import Iterable


def selected(select: Iterable[str] = (), ignore: Iterable[str] = ()) -> frozenset[str]:
    """Codes of the rules that are selected and not ignored; BadInput for words that name no rule."""
    wanted, unwanted = (parts(words) for words in (select, ignore))
    chosen = set(named(wanted)) if wanted else {rule.code for rule in rules()}
    return frozenset(chosen - named(unwanted))


def parts(words: Iterable[str]) -> list[str]:
    """Single words: several may stand in one, apart by commas."""
    return [part.strip() for word in words for part in word.split(",") if part.strip()]


def named(words: Iterable[str]) -> frozenset[str]:
    """Codes of the rules that some words name: `NET001`, `NET`, `network`, `S1`."""
    found: set[str] = set()
    complaints = []
    for word in words:
        codes = {
            rule.code
            for rule in rules()
            if word.upper() in (rule.code, rule.code[:3], *rule.rows) or word.lower() == family_of(rule)
        }
        found |= codes
        if not codes:
            fix = "Write a code (NET001), a prefix (NET), a family (network) or a row (S1): bayplan rule list."
            complaints.append(Complaint(file=word, line=0, what="names no rule", fix=fix))
    if complaints:
        raise BadInput(complaints)
    return frozenset(found)
