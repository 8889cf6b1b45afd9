"""Arithmetic between durations, as Prometheus allows it in ranges, steps and offsets: `[5m * 2]`, `offset (1h - 5m)`.

Source: <https://prometheus.io/docs/prometheus/latest/feature_flags/#promql-duration-arithmetic>
"""

from __future__ import annotations

from bayplan.validation.expressions.promql_tokens import Token, tokens_of

OPERATORS = ("+", "-", "*", "/", "%", "^")
DEEPEST = 50


def is_arithmetic(text: str, *, may_be_negative: bool = False) -> bool:
    """Whether a text is durations with operators, `step()`, `range()`, `min_of()` and `max_of()`."""
    words = [token for token in tokens_of(text) if token.kind != "space"]
    if not may_be_negative and _is_negative(words):
        return False
    return bool(words) and _sum(words, 0, 0) == len(words)


def _is_negative(words: list[Token]) -> bool:
    return len(words) == 2 and words[0].text == "-" and words[1].kind == "number"


def _sum(words: list[Token], place: int, depth: int) -> int:
    """The place behind operands with operators between them; -1 where there is none."""
    place = _operand(words, place, depth)
    while 0 < place < len(words) and words[place].text in OPERATORS:
        divides = words[place].text in ("/", "%") and place + 1 < len(words)
        is_zero = divides and not words[place + 1].text.rstrip("smhdwy").strip("0.")
        place = -1 if is_zero else _operand(words, place + 1, depth)
    return place


def _operand(words: list[Token], place: int, depth: int) -> int:
    while place < len(words) and words[place].text in ("+", "-"):
        place += 1
    if place >= len(words) or depth > DEEPEST:
        return -1
    word = words[place]
    if word.kind == "number":
        return place + 1
    if word.text.lower() in ("step", "range"):
        return place + 3 if [one.text for one in words[place + 1 : place + 3]] == ["(", ")"] else -1
    if word.text.lower() in ("min_of", "max_of"):
        return _pair(words, place + 1, depth)
    return _closed(words, _sum(words, place + 1, depth + 1), ")") if word.text == "(" else -1


def _pair(words: list[Token], place: int, depth: int) -> int:
    """The place behind `(one, two)`."""
    if place >= len(words) or words[place].text != "(":
        return -1
    place = _closed(words, _sum(words, place + 1, depth + 1), ",")
    return _closed(words, _sum(words, place, depth + 1), ")") if place > 0 else -1


def _closed(words: list[Token], place: int, mark: str) -> int:
    return place + 1 if 0 < place < len(words) and words[place].text == mark else -1
