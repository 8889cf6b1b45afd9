"""Go templates: what Go's parser refuses, and nothing that it accepts.

The grammar is that of `text/template/parse`: blocks and their ends, pipelines, variables that must be declared before
they are used, and functions where it is known which there are.

Source: <https://pkg.go.dev/text/template>
"""

from __future__ import annotations

import re
from functools import lru_cache

from bayplan.validation.expressions.gotemplate_words import END, TemplateError, Word, words_of

BUILTIN = frozenset(
    {
        "and", "call", "eq", "ge", "gt", "html", "index", "js", "le", "len", "lt", "ne", "not", "or", "print", "printf",
        "println", "slice", "urlquery",
    }
)  # fmt: skip
PROMETHEUS = frozenset(
    {
        "args", "externalURL", "first", "graphLink", "humanize", "humanizeDuration", "humanizePercentage",
        "humanizeTimestamp", "label", "match", "now", "parseDuration", "pathPrefix", "query", "reReplaceAll",
        "safeHtml", "sortByLabel", "stripDomain", "stripPort", "strvalue", "tableLink", "title", "tmpl", "toDuration",
        "toLower", "toTime", "toUpper", "urlQueryEscape", "value",
    }
)  # fmt: skip
"""Functions of alerting rules, beside Go's own."""
PROMETHEUS_VARIABLES = ("$externalLabels", "$externalURL", "$labels", "$value")
DEEPEST = 100
OPERANDS = ("bool", "char", "number", "dot", "field", "name", "nil", "string", "variable", "(")
NOT_CALLABLE = ("bool", "dot", "nil", "number", "char", "string")


@lru_cache(maxsize=4096)
def fault(text: str, *, functions: frozenset[str] | None = None, variables: tuple[str, ...] = ()) -> str:
    """Why Go refuses a template; "" if it does not. Without `functions` any function may exist."""
    if "{{" not in text:
        return ""
    try:
        Parser(list(words_of(text)), functions, variables).parse()
    except TemplateError as error:
        return str(error)
    except TooDeepError:
        return ""
    return ""


class TooDeepError(Exception):
    """More blocks in one another than are looked at."""


class Parser:
    """One template, read from its words."""

    def __init__(self, words: list[Word], functions: frozenset[str] | None, variables: tuple[str, ...]) -> None:
        self._words = words
        self._place = 0
        self._functions = functions
        self._variables = ["$", *variables]
        self._ranges = 0
        self._depth = 0

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
