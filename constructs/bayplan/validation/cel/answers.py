"""What CEL rules say of an object, as hits."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bayplan.manifests.pointer import pointer
from bayplan.validation.cel.rules import checker_of, verdicts
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
_CHECKERS: dict[int, tuple[Schema, Checker | None, bool]] = {}
"""By the identity of a schema, which is kept beside it so that it stays the same one; and whether it has defaults."""


def answers(schema: Schema, body: dict[str, Any], *, may_hold_null: bool = True) -> Iterator[tuple[str, Hit]]:
    """Code and hit for each rule that an object breaks, and one for those that could not be asked."""
    checker, has_defaults = _checker(schema)
    if checker is None:
        return
    unchecked = []
    is_stored = not (may_hold_null or has_defaults or "status" in body)
    for verdict in verdicts(checker, schema, body, is_stored=is_stored):
        if verdict.is_checked:
            what = f"{place(verdict.path)} breaks a rule of its kind: {verdict.message}"
            yield BREAKS_RULE, Hit(pointer(*verdict.path), what)
        else:
            unchecked.append(verdict)
    if unchecked:
        more = f" (and {len(unchecked) - 1} more)" if len(unchecked) > 1 else ""
        yield NOT_CHECKED, Hit(pointer(*unchecked[0].path), f"{unchecked[0].message}{more}", Status.UNKNOWN)


def answers_to_step(schema: Schema, body: dict[str, Any], earlier: dict[str, Any]) -> Iterator[Hit]:
    """A hit for each rule that allows the object and not the step from the earlier one."""
    checker, _ = _checker(schema)
    if checker is None:
        return
    alone = {(verdict.path, verdict.message) for verdict in verdicts(checker, schema, body)}
    for verdict in verdicts(checker, schema, body, earlier):
        if verdict.is_checked and (verdict.path, verdict.message) not in alone:
            what = f"{place(verdict.path)} may not change so by a rule of its kind: {verdict.message}"
            yield Hit(pointer(*verdict.path), what)


def _checker(schema: Schema) -> tuple[Checker | None, bool]:
    if id(schema) not in _CHECKERS:
        # a field that is called so counts, too: then an object is copied in vain
        _CHECKERS[id(schema)] = (schema, checker_of(schema, schema), '"default":' in json.dumps(schema))
    return _CHECKERS[id(schema)][1:]
