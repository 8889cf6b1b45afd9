"""Amounts as Kubernetes reads them, without pydantic: checks of trees start faster than it does.

The grammar and its oddities are those of `resource.Quantity`:
https://github.com/kubernetes/apimachinery/blob/master/pkg/api/resource/quantity.go
"""

from __future__ import annotations

import re
from fractions import Fraction

from bayplan.spec.wrong import show

INT64_MAX = 2**63 - 1

_NANO = 10**9
_EXPONENT_MAX = 400
"""Kubernetes reads larger exponents, too, but no machine has 1e400 of anything; they would only cost us memory."""

_DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}
_GRAMMAR = re.compile(r"([+-]?)([0-9]*)(?:\.([0-9]*))?([KMGTPE]i|[eE][+-]?[0-9]+|[numkMGTPE]?)")


def parse(text: str | float) -> Fraction:
    """The amount that Kubernetes reads, exact to the nano; raises ValueError where it reads none.

    As there, finer amounts are rounded away from zero, and binary ones end at 2**63 - 1. Only here, a suffix or a dot
    without any digit is refused: Kubernetes takes most of these for 0.
    """
    written = write_number(text)
    match = _GRAMMAR.fullmatch(written)
    if not match or not (match[2] or match[3]):
        raise ValueError(f"{show(written)} is no amount")
    sign, whole, decimals, suffix = match.groups(default="")
    size = Fraction(int(whole + decimals), 10 ** len(decimals)) * _factor(suffix)
    size = Fraction(-(-size * _NANO // 1), _NANO)
    if suffix in _BINARY:
        size = min(size, Fraction(INT64_MAX))
    return -size if sign == "-" else size


def write_number(text: str | float) -> str:
    """A bare number of YAML or Python as the text that says the same; raises ValueError for true and false."""
    if isinstance(text, bool) or not isinstance(text, (str, int, float)):
        raise ValueError(f"{show(text)} is no amount")  # noqa: TRY004 - callers know one error
    if isinstance(text, int) and abs(text) > 10**_EXPONENT_MAX:
        raise ValueError("the number is too large")
    return text if isinstance(text, str) else str(text)


def canonical(text: str | float) -> str:
    """The same amount as Kubernetes writes it back: the largest suffix that needs no decimals."""
    size = parse(text)
    binary = write_number(text).endswith("i") and size.denominator == 1 and abs(size) >= 1024
    if size == 0:
        return "0"
    if binary:
        suffix, factor = next((s, 2**e) for s, e in reversed(_BINARY.items()) if size % 2**e == 0 or s == "Ki")
        if size % factor == 0:
            return f"{size / factor}{suffix}"
    exponent = next(e for e in range(_EXPONENT_MAX // 3 * 3, -10, -3) if (size / Fraction(10) ** e).denominator == 1)
    suffix = next((s for s, e in _DECIMAL.items() if e == exponent), f"e{exponent}")
    return f"{size / Fraction(10) ** exponent}{suffix}"


def millicores(text: str) -> int:
    """Thousandths of a core, rounded up; raises ValueError."""
    return -(-parse(text) * 1000 // 1)


def mebibytes(text: str) -> int:
    """MiB, rounded up: what a replica needs; raises ValueError."""
    return -(-parse(text) // 2**20)


def whole_mebibytes(text: str) -> int:
    """MiB, rounded down: what a machine has; raises ValueError."""
    return int(parse(text) // 2**20)


def _factor(suffix: str) -> Fraction:
    if suffix in _BINARY:
        return Fraction(2 ** _BINARY[suffix])
    exponent = _DECIMAL[suffix] if suffix in _DECIMAL else int(suffix[1:])
    if abs(exponent) > _EXPONENT_MAX:
        raise ValueError(f"the exponent of {suffix!r} is too large")
    return Fraction(10) ** exponent
