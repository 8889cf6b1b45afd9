"""CEL's own conformance tests, as far as they speak of what rules of CRDs can say."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from bayplan.validation.cel.compiler import Program
from bayplan.validation.cel.values import CelError, CelSyntaxError, Duration, Timestamp, TypeOf, Uint, equal, type_name

CASES: dict[str, list[dict[str, Any]]] = json.loads(Path(__file__).with_name("conformance.json").read_text())
MAKERS: dict[str, Any] = {
    "uint": Uint,
    "double": float,
    "bytes": bytes.fromhex,
    "timestamp": Timestamp,
    "duration": Duration,
    "type": TypeOf,
}
KNOWN = {'"%s".format([{1: "value1", uint(2): "value2", true: double("NaN")}])'}
"""Python takes `true` and 1 for one key of a map; no key of an object is either."""


def value_of(written: Any) -> Any:
    """A value as the file writes it."""
    if isinstance(written, list):
        return [value_of(one) for one in written]
    if isinstance(written, dict):
        ((kind, inner),) = written.items()
        return {value_of(k): value_of(v) for k, v in inner} if kind == "map" else MAKERS[kind](inner)
    return written


def outcome(case: dict[str, Any]) -> Any:
    """The value of an expression, or the error that it ends with."""
    variables = {name: value_of(one) for name, one in case.get("b", {}).items()}
    try:
        return Program(case["e"], variables)(variables)
    except (CelError, CelSyntaxError) as error:
        return error


def is_right(case: dict[str, Any]) -> bool:
    found = outcome(case)
    if case.get("err") or isinstance(found, Exception):
        return bool(case.get("err")) and isinstance(found, Exception)
    wanted = value_of(case["v"])
    both_nan = isinstance(found, float) and isinstance(wanted, float) and math.isnan(found) and math.isnan(wanted)
    return type_name(found) == type_name(wanted) and (both_nan or equal(found, wanted))


def test_there_are_many_cases() -> None:
    assert sum(map(len, CASES.values())) > 1300


@pytest.mark.parametrize("part", sorted(CASES))
def test_every_expression_has_the_value_that_the_language_gives_it(part: str) -> None:
    assert [case["e"] for case in CASES[part] if not is_right(case) and case["e"] not in KNOWN] == []
