"""The parts of a CEL expression, and how its text falls into words.

Source: <https://github.com/google/cel-spec/blob/master/doc/langdef.md#syntax>
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from bayplan.validation.cel.values import CelSyntaxError, Uint, within

if TYPE_CHECKING:
    from bayplan.validation.cel.values import Value

MAX_LENGTH = 100_000
"""Characters of the longest expression that is read."""


class Lit(NamedTuple):
    """A value that stands in the text."""

    value: Value


class Ident(NamedTuple):
    """A name."""

    name: str


class Select(NamedTuple):
    """`operand.field`, or `operand.?field`."""

    operand: Node
    field: str
    optional: bool = False


class Index(NamedTuple):
    """`operand[key]`, or `operand[?key]`."""

    operand: Node
    key: Node
    optional: bool = False


class Call(NamedTuple):
    """`name(...)`, or `target.name(...)`; operators are calls, too: `_+_`."""

    name: str
    target: Node | None
    args: tuple[Node, ...]


class ListOf(NamedTuple):
    """`[a, ?b]`: each item with whether it is optional."""

    items: tuple[tuple[Node, bool], ...]


class MapOf(NamedTuple):
    """`{k: v, ?k: v}`."""

    entries: tuple[tuple[Node, Node, bool], ...]


class Made(NamedTuple):
    """`Type{field: value}`."""

    name: str


Node = Lit | Ident | Select | Index | Call | ListOf | MapOf | Made


class Token(NamedTuple):
    """A word of the text."""

    kind: str
    """`name`, `literal`, `op` or `end`."""
    text: str
    value: Value
    at: int


_TOKEN = re.compile(
    r"""(?P<blank>[\s]+|//[^\n]*)
    |(?P<text>[rRbB]{0,2}(?:\"\"\"|'''|"|'))
    |(?P<float>(?:[0-9]+\.[0-9]+(?:[eE][+-]?[0-9]+)?|[0-9]+[eE][+-]?[0-9]+|\.[0-9]+(?:[eE][+-]?[0-9]+)?))
    |(?P<int>(?:0[xX][0-9a-fA-F]+|[0-9]+)[uU]?)
    |(?P<name>[_a-zA-Z][_a-zA-Z0-9]*)
    |(?P<quoted>`[a-zA-Z0-9_.\-/ ]+`)
    |(?P<op>&&|\|\||==|!=|<=|>=|[-+*/%!<>?:.,()\[\]{}])""",
    re.VERBOSE,
)
_ESCAPE = re.compile(
    r"\\(?:(?P<simple>[abfnrtv\\?\"'`])|[xX](?P<hex>[0-9a-fA-F]{2})|u(?P<u>[0-9a-fA-F]{4})"
    r"|U(?P<U>[0-9a-fA-F]{8})|(?P<octal>[0-3][0-7]{2})|(?P<bad>.|$))",
    re.DOTALL,
)
_SIMPLE = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_WORDS: dict[str, Value] = {"true": True, "false": False, "null": None}


def tokens(text: str) -> list[Token]:
    """The words of an expression; CelSyntaxError where it has none."""
    if len(text) > MAX_LENGTH:
        raise CelSyntaxError("is too long", 0)
    found: list[Token] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise CelSyntaxError(f"unexpected {text[at]!r}", at)
        kind, word, end = match.lastgroup or "", match[0], match.end()
        if kind == "text":
            value, end = _text(text, at, word)
            found.append(Token("literal", text[at:end], value, at))
        elif kind in ("float", "int"):
            found.append(Token("literal", word, _number(kind, word, at), at))
        elif kind == "name" and word in _WORDS:
            found.append(Token("literal", word, _WORDS[word], at))
        elif kind == "quoted":
            found.append(Token("name", word[1:-1], None, at))
        elif kind != "blank":
            found.append(Token(kind, word, None, at))
        at = end
    found.append(Token("end", "the end", None, at))
    return found


def _number(kind: str, word: str, at: int) -> Value:
    if kind == "float":
        return float(word)
    digits = word.rstrip("uU")
    value = int(digits, 16 if digits[:2] in ("0x", "0X") else 10)
    if word != digits:
        if value >= 1 << 64:
            raise CelSyntaxError(f"{word} does not fit 64 bits", at)
        return Uint(value)
    if not within(value) and value != 1 << 63:  # -9223372036854775808 is a number, and its sign comes first
        raise CelSyntaxError(f"{word} does not fit 64 bits", at)
    return value


def _text(text: str, at: int, opening: str) -> tuple[Value, int]:
    prefix = opening.rstrip("\"'").lower()
    quote = opening[len(prefix) :]
    begin = end = at + len(opening)
    while True:
        if end >= len(text) or (len(quote) == 1 and text[end] in "\r\n"):
            raise CelSyntaxError("text without an end", at)
        if text.startswith(quote, end):
            break
        end += 2 if text[end] == "\\" and "r" not in prefix else 1
    body = text[begin:end]
    if "b" in prefix:
        return _bytes(body, raw="r" in prefix, at=at), end + len(quote)
    return body if "r" in prefix else _unescaped(body, at), end + len(quote)


def _unescaped(body: str, at: int) -> str:
    def plain(match: re.Match[str]) -> str:
        if match["simple"]:
            return _SIMPLE.get(match["simple"], match["simple"])
        if match["bad"] is not None:
            raise CelSyntaxError(f"unknown escape {match[0]!r}", at)
        code = match["hex"] or match["u"] or match["U"]
        number = int(code, 16) if code else int(match["octal"], 8)
        if number > 0x10FFFF or 0xD800 <= number <= 0xDFFF:
            raise CelSyntaxError(f"{match[0]} is no character", at)
        return chr(number)

    return _ESCAPE.sub(plain, body) if "\\" in body else body


def _bytes(body: str, *, raw: bool, at: int) -> bytes:
    if raw or "\\" not in body:
        return body.encode()
    made, last = b"", 0
    for match in _ESCAPE.finditer(body):
        made += body[last : match.start()].encode()
        octet = match["hex"] or match["octal"]
        made += bytes([int(octet, 16 if match["hex"] else 8)]) if octet else _unescaped(match[0], at).encode()
        last = match.end()
    return made + body[last:].encode()
