"""The CEL rules of a CRD (`x-kubernetes-validations`) on one object.

Each is compiled once, when the first object of its kind is met. Rules that compare with the object as it was
(`oldSelf`) are asked only when an earlier object is there.

Source: <https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation-rules>
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from bayplan.validation.cel.compiler import Program
from bayplan.validation.cel.defaults import defaulted
from bayplan.validation.cel.typed import bound, resolved
from bayplan.validation.cel.values import NONE, CelError, CelSyntaxError, NotCoveredError, Optional

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.validation.cel.values import Value
    from bayplan.validation.schema.library import Schema

RULES = "x-kubernetes-validations"
_OLD = re.compile(r"\boldSelf\b")
_FIELDS = re.compile(r"\.([^.\[\]]+)|\['((?:[^'\\]|\\.)*)'\]")
VARIABLES = ("self", "oldSelf")
Path = tuple[str | int, ...]
_ABSENT = object()


class Verdict(NamedTuple):
    """What a rule says that is not content."""

    path: Path
    message: str
    is_checked: bool = True
    """False where the rule could not be evaluated here; `message` says why."""


@lru_cache(maxsize=4096)
def _program(text: str) -> Program:
    """One program for all places where a rule stands."""
    return Program(text, VARIABLES)


class _Rule:
    """One rule, compiled."""

    def __init__(self, written: dict[str, Any]) -> None:
        self.text = str(written.get("rule", "")).strip()
        self.message = str(written.get("message") or "").strip()
        self.uses_old = _OLD.search(self.text) is not None
        self.takes_optional = written.get("optionalOldSelf") is True
        self.below: Path = tuple(
            match[1] or match[2] for match in _FIELDS.finditer(str(written.get("fieldPath") or ""))
        )
        self.not_covered = ""
        self._expression = str(written.get("messageExpression") or "")
        try:
            self._program = _program(self.text)
        except NotCoveredError as error:
            self.not_covered = f"it uses {error}"
        except CelSyntaxError as error:
            self.not_covered = f"it is no CEL: {error}"

    def judge(self, variables: dict[str, Value]) -> tuple[str, bool]:
        """Why the object is refused and whether that is sure; ("", True) when it is not refused."""
        if self.not_covered:
            return self._unchecked(self.not_covered), False
        try:
            if self._program(variables) is True:
                return "", True
        except NotCoveredError as error:
            return self._unchecked(f"it uses {error}"), False
        except CelError as error:
            return f"{error} in the rule {_short(self.text)}", True
        return self._told(variables), True

    def _told(self, variables: dict[str, Value]) -> str:
        if self._expression:
            try:
                made = _program(self._expression)(variables)
                if isinstance(made, str) and made.strip() and "\n" not in made:
                    return made
            except (CelError, CelSyntaxError, NotCoveredError):
                pass
        return self.message or f"failed rule: {_short(self.text)}"

    def _unchecked(self, why: str) -> str:
        return f"the rule {_short(self.text)} is not checked: {why}"


class Checker:
    """The rules of a part of a schema and of all parts below it."""

    def __init__(self, node: Schema, root: Schema) -> None:
        self._node = node
        self._root = root
        self._rules = [_Rule(one) for one in node.get(RULES, ()) if isinstance(one, dict)]
        self._fields: dict[str, Checker] = {}
        for name, part in node.get("properties", {}).items():
            if found := checker_of(part, root):
                self._fields[name] = found
        more, items = node.get("additionalProperties"), node.get("items")
        self._more = checker_of(more, root) if isinstance(more, dict) else None
        self._items = checker_of(items, root) if isinstance(items, dict) else None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to ask."""
        return not (self._rules or self._fields or self._more or self._items)

    def check(self, value: Any, path: Path, old: Any = _ABSENT) -> Iterator[Verdict]:  # noqa: ANN401 - any JSON value
        """The verdicts on a value, and on what it was before where that is known."""
        if value is None:
            return
        if self._rules:
            yield from self._own(value, path, old)
        if isinstance(value, list) and self._items:
            before = self._by_key(old)
            for number, one in enumerate(value):
                yield from self._items.check(one, (*path, number), before.get(self._key(one), _ABSENT))
        elif isinstance(value, dict):
            for key, one in value.items():
                below = self._fields.get(key) or (self._more if key not in self._node.get("properties", {}) else None)
                if below:
                    earlier = old.get(key, _ABSENT) if isinstance(old, dict) else _ABSENT
                    yield from below.check(one, (*path, key), earlier)

    def _own(self, value: Any, path: Path, old: Any) -> Iterator[Verdict]:  # noqa: ANN401
        variables = {"self": bound(value, self._node, self._root)}
        earlier = None if old is _ABSENT or old is None else bound(old, self._node, self._root)
        for rule in self._rules:
            if rule.uses_old and earlier is None and not rule.takes_optional:
                continue
            if rule.takes_optional:
                variables["oldSelf"] = NONE if earlier is None else Optional(there=True, value=earlier)
            else:
                variables["oldSelf"] = earlier
            told, sure = rule.judge(variables)
            if told:
                yield Verdict((*path, *rule.below), told, sure)

    def _key(self, entry: Any) -> tuple[str, ...] | None:  # noqa: ANN401
        keys = self._node.get("x-kubernetes-list-map-keys", ())
        return tuple(repr(entry.get(key)) for key in keys) if keys and isinstance(entry, dict) else None

    def _by_key(self, old: Any) -> dict[tuple[str, ...] | None, Any]:  # noqa: ANN401
        entries = old if isinstance(old, list) else ()
        return {key: one for one in entries if (key := self._key(one)) is not None}


def checker_of(node: Schema, root: Schema) -> Checker | None:
    """The rules of a part of a schema; None where it has none at all."""
    found = Checker(resolved(node, root), root)
    return None if found.is_empty else found


def verdicts(
    checker: Checker,
    root: Schema,
    body: dict[str, Any],
    old: dict[str, Any] | None = None,
    *,
    is_stored: bool = False,
) -> list[Verdict]:
    """What the rules say of an object that fits its schema, and of the step from an earlier one.

    `is_stored`: it has no null, and its schema no default, so that the server keeps it as it is.
    """
    here = body if is_stored else _stored(body, root)
    return list(checker.check(here, (), _ABSENT if old is None else _stored(old, root)))


def _stored(body: dict[str, Any], root: Schema) -> dict[str, Any]:
    """The object as it would be kept: with defaults, and without the status, which only controllers write."""
    made: dict[str, Any] = defaulted({key: one for key, one in body.items() if key != "status"}, root, root)
    return made


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 120 else f"{line[:117]}..."
