"""Pipelines of Go templates: what stands between the braces, read word by word.

Source: <https://pkg.go.dev/text/template#hdr-Pipelines>
"""

from __future__ import annotations

import re
from functools import lru_cache

from bayplan.validation.expressions.gotemplate_words import END, TemplateError, Word

BUILTIN = frozenset(
    {
        "and", "call", "eq", "ge", "gt", "html", "index", "js", "le", "len", "lt", "ne", "not", "or", "print", "printf",
        "println", "slice", "urlquery",
    }
)  # fmt: skip
DEEPEST = 100
OPERANDS = ("bool", "char", "number", "dot", "field", "name", "nil", "string", "variable", "(")
NOT_CALLABLE = ("bool", "dot", "nil", "number", "char", "string")


class TooDeepError(Exception):
    """More blocks in one another than are looked at."""


class Pipelines:
    """The words of one template, and how commands are read from them."""

    def __init__(self, words: list[Word], functions: frozenset[str] | None, variables: tuple[str, ...]) -> None:
        self._words = words
        self._place = 0
        self._functions = functions
        self._variables = ["$", *variables]
        self._ranges = 0
        self._depth = 0

    def _peek(self) -> Word:
        return self._words[self._place]

    def _peek_word(self) -> Word:
        while self._words[self._place].kind == "space":
            self._place += 1
        return self._words[self._place]

    def _next(self) -> Word:
        word = self._peek_word()
        self._place += word is not END
        return word

    def _expect(self, kind: str, where: str) -> Word:
        word = self._next()
        if word.kind != kind:
            raise TemplateError(f"unexpected {word.text or word.kind} in {where}")
        return word

    def _pipeline(self, where: str, end: str) -> None:
        self._declarations(where)
        stages = 0
        while True:
            word = self._next()
            if word.kind == end:
                if not stages:
                    raise TemplateError(f"missing value for {where}")
                return
            if word.kind not in OPERANDS:
                raise TemplateError(f"unexpected {word.text or word.kind} in {where}")
            self._place -= 1
            if self._command() and stages:
                raise TemplateError(f"non executable command in pipeline stage {stages + 1}")
            stages += 1

    def _declarations(self, where: str, before: int = 0) -> None:
        if self._peek_word().kind != "variable":
            return
        start = self._place
        name = self._next().text
        following = self._peek_word()
        if following.kind in ("=", ":="):
            self._next()
            self._variables.append(name)
        elif following.kind == "sign" and following.text == ",":
            self._next()
            self._variables.append(name)
            if where != "range" or before:
                raise TemplateError(f"too many declarations in {where}")
            if self._peek_word().kind not in ("variable", "}}", ")"):
                raise TemplateError("range can only initialize variables")
            self._declarations(where, before + 1)
        else:
            self._place = start

    def _command(self) -> bool:
        """Read a command and the `|` behind it; whether it begins with what cannot be called."""
        not_callable, is_first, found = False, True, False
        while True:
            self._peek_word()
            kind = self._operand()
            found = found or bool(kind)
            if is_first and kind:
                not_callable, is_first = kind in NOT_CALLABLE, False
            word = self._peek()
            if word.kind == "space":
                continue
            if word.kind == "|":
                self._place += 1
            elif word.kind not in ("}}", ")"):
                raise TemplateError(f"unexpected {word.text or word.kind} in operand")
            if not found:
                raise TemplateError("empty command")
            return not_callable

    def _operand(self) -> str:
        word = self._peek()
        if word.kind not in OPERANDS:
            return ""
        self._place += 1
        self._term(word)
        kind = word.kind
        if self._peek().kind == "field":
            if kind in NOT_CALLABLE and kind != "char":
                raise TemplateError(f"unexpected . after term {word.text}")
            while self._peek().kind == "field":
                self._place += 1
        return kind

    def _term(self, word: Word) -> None:
        if word.kind == "name" and self._functions is not None and word.text not in self._functions | BUILTIN:
            raise TemplateError(f"function {word.text} not defined")
        if word.kind == "variable" and word.text not in self._variables:
            raise TemplateError(f"undefined variable {word.text}")
        if word.kind == "string":
            unquoted(word.text)
        if word.kind == "(":
            self._depth += 1
            if self._depth > DEEPEST:
                raise TooDeepError
            self._pipeline("parenthesized pipeline", ")")
            self._depth -= 1


@lru_cache(maxsize=1)
def _escapes() -> re.Pattern[str]:
    return re.compile(
        r'"(?:[^"\\\n]|\\[abfnrtv\\"]|\\[0-3][0-7]{2}|\\x[0-9a-fA-F]{2}|\\u(?![dD][89a-fA-F])[0-9a-fA-F]{4}'
        r'|\\U00(?:0[0-9a-fA-F]|10)[0-9a-fA-F]{4})*"'
    )


def unquoted(quoted: str) -> None:
    """TemplateError where Go cannot read a quoted text."""
    if quoted.startswith('"') and not _escapes().fullmatch(quoted):
        raise TemplateError(f"invalid syntax in {quoted}")
