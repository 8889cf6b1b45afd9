"""PromQL in words, and newer syntax put into what the parser knows.

The parser (`promql-parser`, in Rust) follows Prometheus, some releases behind. What it does not know yet is replaced
here by something of the same shape: arithmetic between durations by a duration, `anchored` and `smoothed` by nothing,
the operators that trim histograms by `*`. So an expression is only refused for what Prometheus refuses as well.

Source: <https://prometheus.io/docs/prometheus/latest/querying/basics/>
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

LONGEST = 5000
MOST_SECONDS = 9223372036
"""Seconds that a duration has at most."""
LARGEST = 600
"""Operators and brackets that are parsed at most: the parser's stack is not without end, and no person writes more."""


MODIFIERS = ("anchored", "smoothed")
PAIRS = {")": "(", "]": "[", "}": "{"}
NO_OPERANDS = frozenset({"", "and", "atan2", "bool", "by", "ignoring", "on", "or", "unless", "without"})


class Token(NamedTuple):
    """One word of an expression."""

    kind: str
    """`space`, `text` (a string), `name`, `number` (or duration), or `sign`."""
    text: str


@lru_cache(maxsize=1)
def _words() -> re.Pattern[str]:
    return re.compile(
        r"(?P<space>\s+|#[^\n]*)"
        r"""|(?P<text>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`)"""
        r"|(?P<number>0[xX][0-9a-fA-F_]+|(?:[0-9]+(?:ms|[smhdwy]))+|(?:[0-9](?:_?[0-9])*\.?(?:[0-9](?:_?[0-9])*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
        r"|(?P<name>[a-zA-Z_:][a-zA-Z0-9_:]*)"
        r"|(?P<sign></|>/|==|!=|<=|>=|=~|!~|.)",
        re.DOTALL,
    )


def tokens_of(text: str) -> list[Token]:
    """The words of an expression; spaces and comments are one space each."""
    words = (Token(found.lastgroup or "", found.group()) for found in _words().finditer(text))
    return [Token("space", " ") if word.kind == "space" else word for word in words]


def is_too_large(tokens: list[Token]) -> bool:
    """Whether an expression has more operators and brackets than are parsed."""
    return len(tokens) > LONGEST or sum(1 for token in tokens if token.kind == "sign" and token.text != ",") > LARGEST


def unbalanced(tokens: list[Token]) -> str:
    """What is opened and not closed, or closed and not opened: wrong in every dialect; "" if nothing is."""
    left: list[str] = []
    for token in tokens:
        if token.kind == "sign" and token.text in PAIRS.values():
            left.append(token.text)
        elif token.kind == "sign" and token.text in PAIRS and (not left or left.pop() != PAIRS[token.text]):
            return f"unexpected {token.text}"
    return f"unclosed {left[-1]}" if left else ""


def in_older_words(tokens: list[Token]) -> str:
    """The expression without newer syntax; what is no PromQL stays what it is."""
    written: list[str] = []
    place, braces, before = 0, 0, ""
    while place < len(tokens):
        token = tokens[place]
        step, text = 1, token.text
        if token.kind == "sign" and text in "{}":
            braces += 1 if text == "{" else -1
        elif token.kind == "number" and "_" in text:
            text = text.replace("_", "")
        elif not braces:
            step, text = _replaced(tokens, place, before)
        elif text.lower() in MODIFIERS:
            text = f"{text}_"
        written.append(text)
        if token.kind != "space":
            before = token.text if step == 1 else "]"
        place += step
    return "".join(written)


def _replaced(tokens: list[Token], place: int, before: str) -> tuple[int, str]:
    """How many words are replaced from a place on, and by what."""
    token = tokens[place]
    if token.text.lower() in MODIFIERS:  # elsewhere they are names, which the parser does not know either
        return 1, " " if ends_operand(before) else f"{token.text}_"
    if token.text in ("</", ">/"):
        return 1, "*"
    if token.text == "[":
        end = next((at for at in range(place, len(tokens)) if tokens[at].text == "]"), 0)
        if end:
            return end - place + 1, _range("".join(one.text for one in tokens[place + 1 : end]))
    if token.text.lower() == "offset" and ends_operand(before):
        step = _arithmetic_after(tokens, place + 1)
        if step:
            return step + 1, "offset 5m"
    return 1, token.text


def ends_operand(word: str) -> bool:
    """Whether a word may be the end of a selector: the next is a modifier then, and no metric."""
    return word in (")", "}", "]") or ((word[:1].isalnum() or word[:1] in "_:.") and word.lower() not in NO_OPERANDS)


def _range(inside: str) -> str:
    from bayplan.validation.expressions.promql_durations import is_arithmetic  # noqa: PLC0415 - rarely needed

    if any(letter in inside for letter in "+-*/%^(") or "_" in inside:
        parts = ["5m" if is_arithmetic(part) else part for part in inside.split(":")]
        return f"[{':'.join(parts)}]"
    return f"[{inside}]"


def _arithmetic_after(tokens: list[Token], start: int) -> int:
    """How many words after `offset` are arithmetic in brackets or a function, so that they can be replaced."""
    from bayplan.validation.expressions.promql_durations import is_arithmetic  # noqa: PLC0415

    depth = 0
    for at in range(start, len(tokens)):
        depth += {"(": 1, ")": -1}.get(tokens[at].text, 0)
        if tokens[at].text == ")" and depth <= 0:
            inside = "".join(one.text for one in tokens[start : at + 1])
            return at + 1 - start if depth == 0 and is_arithmetic(inside, may_be_negative=True) else 0
        if (depth == 0 and tokens[at].kind in ("number", "text")) or tokens[at].text in ("{", "["):
            return 0
    return 0


def out_of_range(tokens: list[Token]) -> str:
    """Numbers and durations that are larger than Prometheus can hold."""
    before = ""
    for token in tokens:
        if token.text.lower() in ("inf", "nan") and before in ("[", ":"):
            return f"duration {token.text} is out of range"
        if token.kind == "number" and len(token.text) >= len("9.3e9") and token.text[-1:] not in "smhdwy":
            try:
                value = float(token.text)
            except ValueError:
                continue  # other notations, which the parser judges
            if value == float("inf"):
                return f"number {token.text} is too large"
            if value > MOST_SECONDS and before in ("[", ":", "offset"):
                return f"duration {token.text} is out of range"
        before = token.text.lower() if token.kind != "space" else before
    return ""
