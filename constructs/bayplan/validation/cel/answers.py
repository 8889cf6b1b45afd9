"""What CEL rules say of an object, as hits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.manifests.pointer import pointer
from bayplan.validation.cel.rules import verdicts
from bayplan.validation.finding import Status
from bayplan.validation.rule import Hit
from bayplan.validation.schema.sentence import place

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from bayplan.validation.cel.rules import Checker
    from bayplan.validation.schema.library import Schema

BREAKS_RULE = "SCH004"
NOT_CHECKED = "SCH005"


def answers(
    checker: Checker, schema: Schema, body: dict[str, Any], *, is_stored: bool = False
) -> Iterator[tuple[str, Hit]]:
    """Code and hit for each rule that an object breaks, and one for those that could not be asked."""
    unchecked = []
    for verdict in verdicts(checker, schema, body, is_stored=is_stored):
        if verdict.is_checked:
            what = f"{place(verdict.path)} breaks a rule of its kind: {verdict.message}"
            yield BREAKS_RULE, Hit(pointer(*verdict.path), what)
        else:
            unchecked.append(verdict)
    if unchecked:
        more = f" (and {len(unchecked) - 1} more)" if len(unchecked) > 1 else ""
        yield NOT_CHECKED, Hit(pointer(*unchecked[0].path), f"{unchecked[0].message}{more}", Status.UNKNOWN)


def answers_to_step(checker: Checker, schema: Schema, body: dict[str, Any], earlier: dict[str, Any]) -> Iterator[Hit]:
    """A hit for each rule that allows the object and not the step from the earlier one."""
    alone = {(verdict.path, verdict.message) for verdict in verdicts(checker, schema, body)}
    for verdict in verdicts(checker, schema, body, earlier):
        if verdict.is_checked and (verdict.path, verdict.message) not in alone:
            what = f"{place(verdict.path)} may not change so by a rule of its kind: {verdict.message}"
            yield Hit(pointer(*verdict.path), what)
