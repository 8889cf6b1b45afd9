"""Amounts in specs: read as Kubernetes reads them, and written in one way."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema

from bayplan.spec.amount import INT64_MAX, canonical, parse, write_number
from bayplan.spec.wrong import refuse, show

if TYPE_CHECKING:
    from fractions import Fraction


def _read(text: object, example: str) -> tuple[str, Fraction]:
    if isinstance(text, bool) or not isinstance(text, (str, int, float)):
        refuse(f"{show(text)} is no amount", f"Write an amount such as {example}.")
    try:
        written = write_number(text)
        size = parse(written)
    except ValueError:
        meant = _meant(text)
        units = f'did you mean "{meant}"?' if meant else "units are m, k, M, G, T and Ki, Mi, Gi, Ti."
        refuse(f"{show(text)} is no amount", f"Write an amount such as {example}; {units}")
    if size < 0:
        refuse(f"{show(text)} is negative", "Write 0 or more.")
    return written, size


def _meant(text: object) -> str:
    """What people mean by `16GB` and `16 gib`; "" for what nobody could mean."""
    match = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?) *([KMGT])(I?)B?", str(text).upper())
    if not match:
        return ""
    number, unit, binary = match.groups()
    return f"{number}{unit}i" if binary else f"{number}{unit.lower() if unit == 'K' else unit}"


def _read_cpu(text: object) -> str:
    example = '"500m" (half a core) or "2"'
    _, size = _read(text, example)
    if (size * 1000).denominator != 1:
        refuse(f"{show(text)} is finer than a thousandth of a core", f"Write whole thousandths: {example}.")
    if size * 1000 > INT64_MAX:
        refuse(f"{show(text)} cores is more than Kubernetes can count", f"Write an amount such as {example}.")
    return canonical(f"{int(size * 1000)}m")


def _read_memory(text: object) -> str:
    example = '"512Mi" or "16Gi"'
    written, size = _read(text, example)
    if size.denominator != 1:
        meant = f'; did you mean "{written[:-1]}Mi"?' if written.endswith("m") else "."
        refuse(f"{show(text)} is not a whole number of bytes", f"Write an amount such as {example}{meant}")
    if size >= INT64_MAX:
        refuse(f"{show(text)} is more bytes than Kubernetes can count", f"Write an amount such as {example}.")
    return canonical(written)


def _read_percent(text: object) -> str:
    match = re.fullmatch(r"0*([1-9][0-9]?|100)%", text) if isinstance(text, str) else None
    if not match:
        refuse(f"{show(text)} is no share from 1% to 100%", 'Write it with its sign and in quotes: "70%".')
    return f"{match[1]}%"


def _more_than_nothing(text: str) -> str:
    if text == "0":
        refuse("0 is too little to run on", "Write what one replica needs.")
    return text


_AMOUNT = {"anyOf": [{"type": "string", "pattern": r"^[0-9]*\.?[0-9]*([KMGTPE]i|[eE][+-]?[0-9]+|[numkMGTPE]?)$"}]}
_AMOUNT["anyOf"].append({"type": "number", "minimum": 0})  # type: ignore[dict-item]

CpuText = Annotated[str, BeforeValidator(_read_cpu), WithJsonSchema(_AMOUNT)]
"""CPU, canonical: whole thousandths of a core. Bare numbers are read as the same text."""
MemoryText = Annotated[str, BeforeValidator(_read_memory), WithJsonSchema(_AMOUNT)]
"""Memory, canonical: whole bytes. Bare numbers are bytes."""
PercentText = Annotated[
    str,
    BeforeValidator(_read_percent),
    WithJsonSchema({"type": "string", "pattern": "^0*([1-9][0-9]?|100)%$", "examples": ["70%"]}),
]
"""A share from `1%` to `100%`."""
SomeCpuText = Annotated[CpuText, AfterValidator(_more_than_nothing)]
"""CPU above 0."""
SomeMemoryText = Annotated[MemoryText, AfterValidator(_more_than_nothing)]
"""Memory above 0."""
