"""What an unquoted YAML word means to Kubernetes: go-yaml's table, which is neither YAML 1.1's nor 1.2's.

Source: `resolve.go` of <https://pkg.go.dev/go.yaml.in/yaml/v2>, which <https://pkg.go.dev/sigs.k8s.io/yaml> reads with;
`tools/goyaml` is that library as a program, and the tests hold its answers.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

Scalar = str | int | float | bool | None

_WORDS: dict[str, Scalar] = {
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
}
_NO_NUMBER = re.compile(r"\.nan|\.NaN|\.NAN|[-+]?\.(?:inf|Inf|INF)")
_INTEGER = re.compile(r"([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[oO]?([0-7]+)|0[bB]([01]+)|(0|[1-9][0-9]*))")
_SIGN_INSIDE = re.compile(r"0b([-+][01]{1,63})")
"""A slip of go-yaml: it takes `0b` away and reads on, so `0b-1` is -1."""
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_GROUPED = re.compile(r"\.[0-9]+(?:_[0-9]+)*(?:[eE][-+]?[0-9]+(?:_[0-9]+)*)?")
_BASES = (16, 8, 2, 10)
_FIRST = frozenset("+-0123456789yYnNtTfFoO~.")
"""First characters of all that is not text; everything else need not be looked at."""
_WHOLE = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})")
"""Other forms of zero and of large numbers may become keys like `-0` and `1e+06` in sigs.k8s.io/yaml."""


@lru_cache(maxsize=1 << 16)
def resolve(text: str) -> Scalar:
    """The value of an unquoted scalar. Raises ValueError for what JSON cannot say: infinity and not-a-number."""
    if not text:
        return None
    first = text[0]
    if first not in _FIRST:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _NO_NUMBER.fullmatch(text):
        raise ValueError(f"{text} is no number that Kubernetes can keep")
    if first in "yYnNtTfFoO~":
        return text
    # underscores group digits, behind a leading point only between two of them
    if first == "." and "_" in text and not _GROUPED.fullmatch(text):
        return text
    return _number(text.replace("_", ""), text)


@lru_cache(maxsize=1 << 16)
def plain_key(text: str) -> str | None:
    """What an unquoted scalar is as a key of JSON; None where Kubernetes knows no key for it, and for `<<`."""
    try:
        value = resolve(text)
    except ValueError:
        return None
    match value:
        case str():
            return None if text == "<<" else text
        case bool():
            return "true" if value else "false"
        case int() if _WHOLE.fullmatch(text) or (abs(value) < 1_000_000 and (value or "-" not in text)):
            return str(value)
        case float() if "e" not in (short := f"{value:.6g}") and float(short) == value:
            return short
    return None


def _number(digits: str, text: str) -> Scalar:
    if match := _INTEGER.fullmatch(digits):
        sign, *amounts = match.groups()
        value = next(int(amount, base) for amount, base in zip(amounts, _BASES, strict=True) if amount is not None)
        value = -value if sign == "-" else value
        if -(1 << 63) <= value < 1 << 63 or (not sign and value < 1 << 64):
            return value
    if match := _SIGN_INSIDE.fullmatch(digits):
        return int(match[1], 2)
    if _FLOAT.fullmatch(digits):
        real = float(digits)
        if real in {float("inf"), float("-inf")}:
            return text
        # on its way through JSON 1e3 becomes 1000, which is an integer again
        return int(Decimal(repr(real))) if real.is_integer() and abs(real) < 1 << 63 else real
    return text
