"""Operators that look at both of their sides: equality, order, membership, arithmetic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.cel import arithmetic
from bayplan.validation.cel.values import Value, compare, equal

if TYPE_CHECKING:
    from collections.abc import Callable


def truth(value: Value) -> bool:
    """A bool and nothing else."""
    if type(value) is not bool:
        raise arithmetic.no_overload("bool", value)
    return value


def contains(one: Value, many: Value) -> bool:
    """`in`."""
    if isinstance(many, list):
        return any(equal(one, other) for other in many)
    if isinstance(many, dict):
        return isinstance(one, str | int | float) and one in many
    raise arithmetic.no_overload("in", one, many)


OPERATORS: dict[str, Callable[[Value, Value], Value]] = {
    "_==_": equal,
    "_!=_": lambda left, right: not equal(left, right),
    "_<_": lambda left, right: compare(left, right) == -1,
    "_<=_": lambda left, right: compare(left, right) in (-1, 0),
    "_>_": lambda left, right: compare(left, right) == 1,
    "_>=_": lambda left, right: compare(left, right) in (0, 1),
    "_in_": contains,
    "_+_": arithmetic.add,
    "_-_": arithmetic.subtract,
    "_*_": arithmetic.multiply,
    "_/_": arithmetic.divide,
    "_%_": arithmetic.modulo,
    **dict.fromkeys(("_&&_", "_||_", "_?_:_", "!_", "-_"), equal),
}
"""The last five are told apart before anybody asks here: they do not need all that stands beside them."""
