"""Blocks of Go templates and their ends: what `text/template/parse` refuses, and nothing that it accepts.

Source: <https://pkg.go.dev/text/template#hdr-Actions>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.expressions.gotemplate_pipelines import DEEPEST, Pipelines, TooDeepError, unquoted
from bayplan.validation.expressions.gotemplate_words import END, TemplateError

if TYPE_CHECKING:
    from bayplan.validation.expressions.gotemplate_words import Word


class Parser(Pipelines):
    """One template, read from its words."""

    def parse(self) -> None:
        """Read to the end."""
        while self._peek_word() is not END:
            if self._peek_word().kind == "{{" and self._after_opening().kind == "define":
                self._place += 1
                self._next()
                self._definition()
                continue
            kind = self._text_or_action()
            if kind in ("end", "else"):
                raise TemplateError(f"unexpected {{{{{kind}}}}}")

    def _after_opening(self) -> Word:
        place = self._place + 1
        while self._words[place].kind == "space":
            place += 1
        return self._words[place]

    def _definition(self) -> None:
        unquoted(self._expect("string", "define clause").text)
        self._expect("}}", "define clause")
        self._inner("define clause")

    def _inner(self, where: str) -> None:
        """A template in a template: it has its own variables."""
        outer, self._variables = self._variables, ["$"]
        ranges, self._ranges = self._ranges, 0
        if self._items() != "end":
            raise TemplateError(f"unexpected {{{{else}}}} in {where}")
        self._variables, self._ranges = outer, ranges

    def _items(self) -> str:
        self._depth += 1
        if self._depth > DEEPEST:
            raise TooDeepError
        while self._peek_word() is not END:
            kind = self._text_or_action()
            if kind in ("end", "else"):
                self._depth -= 1
                return kind
        raise TemplateError("unexpected EOF: a block has no {{end}}")

    def _text_or_action(self) -> str:
        word = self._next()
        if word.kind == "text":
            return "text"
        if word.kind != "{{":
            raise TemplateError(f"unexpected {word.text or word.kind} in input")
        first = self._peek_word().kind
        if first in ("if", "range", "with"):
            self._next()
            self._control(first)
        elif first == "else":
            self._next()
            if self._peek_word().kind not in ("if", "with"):
                self._expect("}}", "else")
            return "else"
        elif first in ("end", "break", "continue"):
            self._next()
            self._expect("}}", first)
            if first != "end" and not self._ranges:
                raise TemplateError(f"{{{{{first}}}}} outside {{{{range}}}}")
        elif first in ("template", "block"):
            self._next()
            self._named(first)
        else:
            self._pipeline("command", "}}")
        return first

    def _named(self, kind: str) -> None:
        unquoted(self._expect("string", f"{kind} clause").text)
        if kind == "template" and self._peek_word().kind == "}}":
            self._next()
            return
        self._pipeline(f"{kind} clause", "}}")
        if kind == "block":
            self._inner("block clause")

    def _control(self, kind: str) -> None:
        known = len(self._variables)
        self._pipeline(kind, "}}")
        self._ranges += kind == "range"
        end = self._items()
        self._ranges -= kind == "range"
        if end == "else":
            if kind in ("if", "with") and self._peek().kind == kind:
                self._next()
                self._depth += 1
                if self._depth > DEEPEST:
                    raise TooDeepError
                self._control(kind)
                self._depth -= 1
            elif self._items() != "end":
                raise TemplateError("expected end; found {{else}}")
        del self._variables[known:]
