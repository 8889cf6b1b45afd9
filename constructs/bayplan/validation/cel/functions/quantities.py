"""Amounts of Kubernetes: `500m`, `2Gi`."""

from __future__ import annotations

import math
import re
from fractions import Fraction
from typing import TYPE_CHECKING

from bayplan.validation.cel.arithmetic import no_overload
from bayplan.validation.cel.functions.texts import text
from bayplan.validation.cel.values import CelError, Opaque, Value, within

if TYPE_CHECKING:
    from collections.abc import Callable

_FORM = re.compile(r"([+-]?)([0-9]+(?:\.[0-9]*)?|\.[0-9]+)(Ki|Mi|Gi|Ti|Pi|Ei|[numkMGTPE]|[eE][+-]?[0-9]{1,9})?")
_UNITS = {unit: Fraction(1024) ** power for power, unit in enumerate(("Ki", "Mi", "Gi", "Ti", "Pi", "Ei"), 1)}
_UNITS |= {
    unit: Fraction(1000) ** power for power, unit in zip(range(-3, 7), ["n", "u", "m", "", *"kMGTPE"], strict=False)
}
EXPONENT_MAX = 400


class Quantity(Opaque):
    """An amount."""

    type_name = "kubernetes.Quantity"

    def __init__(self, amount: Fraction) -> None:
        self.amount = amount

    def same(self, other: Value) -> bool:
        """Equal amounts are equal, however they are written."""
        return isinstance(other, Quantity) and self.amount == other.amount


def parse_quantity(written: str) -> Fraction | None:
    """The amount of a text; None for what is none."""
    match = _FORM.fullmatch(written)
    if match is None:
        return None
    whole, _, part = match[2].partition(".")
    unit = match[3] or ""
    amount = Fraction(int(whole + part or "0"), 10 ** len(part))
    if unit in _UNITS:
        amount *= _UNITS[unit]
    else:
        power = max(-EXPONENT_MAX, min(EXPONENT_MAX, int(unit[1:])))
        amount *= Fraction(10) ** power
    # nothing below a billionth is kept: it is rounded up
    amount = Fraction(math.ceil(amount * 10**9), 10**9) if (amount * 10**9).denominator != 1 else amount
    return -amount if match[1] == "-" else amount


def _quantity(written: Value) -> Quantity:
    amount = parse_quantity(text(written, "quantity"))
    if amount is None:
        raise CelError(f"{written!r} is no quantity")
    return Quantity(amount)


def _whole(one: Value) -> bool:
    return amount(one).denominator == 1 and within(int(amount(one)))


def _as_integer(one: Value) -> int:
    if not _whole(one):
        raise CelError("cannot convert value to integer")
    return int(amount(one))


def amount(one: Value) -> Fraction:
    """The amount of a Quantity."""
    if not isinstance(one, Quantity):
        raise no_overload("quantity", one)
    return one.amount


def _other(one: Value) -> Fraction:
    return Fraction(one) if type(one) is int else amount(one)


def sign(number: Fraction) -> int:
    """-1, 0 or 1."""
    return (number > 0) - (number < 0)


ALONE: dict[str, Callable[..., Value]] = {
    "isQuantity": lambda written: parse_quantity(text(written, "isQuantity")) is not None,
    "quantity": _quantity,
}
OF_VALUES: dict[str, Callable[..., Value]] = {
    "add": lambda one, other: Quantity(amount(one) + _other(other)),
    "asApproximateFloat": lambda one: float(amount(one)),
    "asInteger": _as_integer,
    "isInteger": _whole,
    "sign": lambda one: sign(amount(one)),
    "sub": lambda one, other: Quantity(amount(one) - _other(other)),
}
