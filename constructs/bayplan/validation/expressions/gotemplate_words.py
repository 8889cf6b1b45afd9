"""The words of a Go template, as Go's own scanner finds them (`text/template/parse/lex.go`).

Source: <https://pkg.go.dev/text/template>
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

KEYWORDS = frozenset(
    {"block", "break", "continue", "define", "else", "end", "if", "nil", "range", "template", "with"}
)  # fmt: skip
SPACES = " \t\r\n"
DIGITS = tuple("0123456789")
ENDS_WORD = (*SPACES, ".", ",", "|", ":", ")", "(")


class TemplateError(Exception):
    """Go refuses the template."""


class Word(NamedTuple):
    """One word inside of `{{ }}`, or the text between two of them."""

    kind: str
    """`text`, `{{`, `}}`, a keyword, `name`, `field`, `variable`, `dot`, `bool`, `number`, `char`, `string`, `space`,
    or the sign itself."""
    text: str = ""


END = Word("EOF", "EOF")


@lru_cache(maxsize=1)
def _number() -> re.Pattern[str]:
    return re.compile(
        r"[+-]?(?:0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][+-]?[0-9_]*)?|0[oO][0-7_]*|0[bB][01_]*"
        r"|[0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9_]*)?)i?"
    )


def words_of(text: str) -> Iterator[Word]:
    """All words, `END` last; TemplateError where Go's scanner stops."""
    place = 0
    while True:
        start = text.find("{{", place)
        if start < 0:
            if place < len(text):
                yield Word("text", text[place:])
            yield END
            return
        trims = text[start + 2 : start + 3] == "-" and text[start + 3 : start + 4] in tuple(SPACES)
        before = text[place:start].rstrip(SPACES) if trims else text[place:start]
        if before:
            yield Word("text", before)
        place = start + (4 if trims else 2)
        if text.startswith("/*", place):
            place = _comment(text, place)
        else:
            yield Word("{{")
            place = yield from _action(text, place)


def _comment(text: str, place: int) -> int:
    end = text.find("*/", place + 2)
    if end < 0:
        raise TemplateError("unclosed comment")
    closed = _closing(text, end + 2)
    if not closed:
        raise TemplateError("comment ends before closing delimiter")
    return _behind(text, end + 2, closed)


def _closing(text: str, place: int) -> int:
    """The length of the closing delimiter at a place; 0 where there is none."""
    if text[place : place + 1] in tuple(SPACES) and text.startswith("-}}", place + 1):
        return 4
    return 2 if text.startswith("}}", place) else 0


def _behind(text: str, place: int, closed: int) -> int:
    """The place behind a closing delimiter, and behind the spaces that it trims."""
    place += closed
    while closed > 2 and text[place : place + 1] in tuple(SPACES):
        place += 1
    return place


def _action(text: str, place: int) -> Generator[Word, None, int]:
    """The words up to `}}`; returns the place behind it."""
    depth = 0
    while True:
        closed = _closing(text, place)
        if closed:
            if depth:
                raise TemplateError("unclosed left paren")
            yield Word("}}")
            return _behind(text, place, closed)
        if place >= len(text):
            raise TemplateError("unclosed action")
        word, place = _word(text, place)
        depth += {"(": 1, ")": -1}.get(word.kind, 0)
        if depth < 0:
            raise TemplateError("unexpected right paren")
        yield word


def _word(text: str, place: int) -> tuple[Word, int]:
    letter = text[place]
    if letter in SPACES:
        return _space(text, place)
    if letter in "\"'`":
        return _quoted(text, place, letter)
    if letter == "$" or (letter == "." and text[place + 1 : place + 2] not in DIGITS):
        return _field(text, place)
    if letter in "+-.0123456789":
        return _numeral(text, place)
    return _name(text, place) if _is_letter(letter) else _sign(text, place)


def _space(text: str, place: int) -> tuple[Word, int]:
    end = place
    while text[end : end + 1] in tuple(SPACES) and not (end > place and _closing(text, end)):
        end += 1
    return Word("space", " "), end


def _sign(text: str, place: int) -> tuple[Word, int]:
    letter = text[place]
    if letter in "=|()":
        return Word(letter, letter), place + 1
    if letter == ":":
        if text[place + 1 : place + 2] != "=":
            raise TemplateError("expected :=")
        return Word(":=", ":="), place + 2
    if letter.isascii() and letter.isprintable():
        return Word("sign", letter), place + 1
    raise TemplateError(f"unrecognized character in action: {letter!r}")


def _is_letter(letter: str) -> bool:
    return letter == "_" or letter.isalpha() or letter.isdecimal()


def _letters(text: str, place: int) -> int:
    while place < len(text) and _is_letter(text[place]):
        place += 1
    if place < len(text) and text[place] not in ENDS_WORD and not text.startswith("}}", place):
        raise TemplateError(f"bad character {text[place]!r}")
    return place


def _field(text: str, place: int) -> tuple[Word, int]:
    end = _letters(text, place + 1)
    if text[place] == "$":
        return Word("variable", text[place:end]), end
    return Word("field" if end > place + 1 else "dot", text[place:end]), end


def _name(text: str, place: int) -> tuple[Word, int]:
    end = _letters(text, place)
    name = text[place:end]
    if name in KEYWORDS:
        return Word(name, name), end
    return Word("bool" if name in ("true", "false") else "name", name), end


def _numeral(text: str, place: int) -> tuple[Word, int]:
    found = _number().match(text, place)
    end = found.end() if found else place
    if end < len(text) and text[end] in "+-" and end > place:  # complex: 1+2i
        more = _number().match(text, end)
        end = more.end() if more else end
        if text[end - 1] != "i":
            raise TemplateError(f"bad number syntax: {text[place:end]!r}")
    if (end < len(text) and _is_letter(text[end])) or end == place:
        raise TemplateError(f"bad number syntax: {text[place : end + 1]!r}")
    number = text[place:end].lstrip("+-").lower()
    is_short = number.rstrip("_") in ("0x", "0o", "0b") or not any(digit in number for digit in DIGITS)
    if is_short or number[-1] in "+-_" or (number.startswith("0x") and "." in number and "p" not in number):
        raise TemplateError(f"illegal number syntax: {text[place:end]!r}")
    return Word("number", text[place:end]), end


def _quoted(text: str, place: int, mark: str) -> tuple[Word, int]:
    end = place + 1
    while end < len(text) and text[end] != mark:
        if mark != "`" and text[end] == "\n":
            break
        end += 2 if text[end] == "\\" and mark != "`" and text[end + 1 : end + 2] != "\n" else 1
    if end >= len(text) or text[end] != mark:
        raise TemplateError(f"unterminated {'character constant' if mark == chr(39) else 'quoted string'}")
    if mark == "'" and end - place != 2 and text[place + 1] != "\\":
        raise TemplateError(f"malformed character constant: {text[place : end + 1]}")
    kind = "char" if mark == "'" else "string"
    return Word(kind, text[place : end + 1]), end + 1
