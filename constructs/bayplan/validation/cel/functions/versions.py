"""Semantic versions, and the comparisons that they share with quantities."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bayplan.validation.cel.arithmetic import no_overload
from bayplan.validation.cel.functions.quantities import Quantity, sign
from bayplan.validation.cel.functions.texts import text
from bayplan.validation.cel.values import CelError, Opaque, Value

if TYPE_CHECKING:
    from collections.abc import Callable

_IDENTIFIERS = r"[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*"
_FORM = re.compile(rf"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-({_IDENTIFIERS}))?(?:\+({_IDENTIFIERS}))?", re.ASCII)


class Semver(Opaque):
    """A version."""

    type_name = "kubernetes.Semver"

    def __init__(self, numbers: tuple[int, int, int], before: tuple[str, ...]) -> None:
        self.numbers = numbers
        self.before = before
        """Identifiers of a pre-release."""

    def same(self, other: Value) -> bool:
        """What was built of it does not count."""
        return isinstance(other, Semver) and self.rank() == other.rank()

    def rank(self) -> tuple[object, ...]:
        """Order of versions: a release comes after its pre-releases; numbers before words."""
        parts = tuple((0, int(one), "") if one.isdecimal() else (1, 0, one) for one in self.before)
        return (self.numbers, not self.before, parts)


def _parse(written: Value, *, tolerant: bool) -> Semver | None:
    written = text(written, "semver")
    if tolerant:
        parts = [re.sub(r"^0+(?=[0-9])", "", part) for part in written.removeprefix("v").split(".", 2)]
        if len(parts) < 3 and re.search(r"[+-]", parts[-1]):
            return None
        written = ".".join([*parts, "0", "0"][: max(3, len(parts))])
    match = _FORM.fullmatch(written)
    before = tuple(match[4].split(".")) if match and match[4] else ()
    if match is None or any(one.isdecimal() and one != "0" and one[0] == "0" for one in before):
        return None
    return Semver((int(match[1]), int(match[2]), int(match[3])), before)


def _semver(written: Value, tolerant: Value = False) -> Semver:
    found = _parse(written, tolerant=tolerant is True)
    if found is None:
        raise CelError(f"{written!r} is no semantic version")
    return found


def _is_semver(written: Value, tolerant: Value = False) -> bool:
    return _parse(written, tolerant=tolerant is True) is not None


def _compared(one: Value, other: Value) -> int:
    if isinstance(one, Quantity) and isinstance(other, Quantity):
        return sign(one.amount - other.amount)
    if isinstance(one, Semver) and isinstance(other, Semver):
        left, right = one.rank(), other.rank()
        return (left > right) - (left < right)
    raise no_overload("compareTo", one, other)


def _number(place: int) -> Callable[[Value], int]:
    def number(one: Value) -> int:
        if not isinstance(one, Semver):
            raise no_overload("semver", one)
        return one.numbers[place]

    return number


ALONE: dict[str, Callable[..., Value]] = {"isSemver": _is_semver, "semver": _semver}
OF_VALUES: dict[str, Callable[..., Value]] = {
    "compareTo": _compared,
    "isGreaterThan": lambda one, other: _compared(one, other) == 1,
    "isLessThan": lambda one, other: _compared(one, other) == -1,
    "major": _number(0),
    "minor": _number(1),
    "patch": _number(2),
}
