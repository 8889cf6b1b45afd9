"""From text to the tree of a CEL expression.

Source: <https://github.com/google/cel-spec/blob/master/doc/langdef.md#syntax>
"""

from __future__ import annotations

from bayplan.validation.cel.syntax import Call, Ident, Index, ListOf, Lit, Made, MapOf, Node, Select, Token, tokens
from bayplan.validation.cel.values import CelSyntaxError, within

RELATIONS = frozenset({"==", "!=", "<", "<=", ">", ">=", "in"})
RESERVED = frozenset(
    {
        *("as", "break", "const", "continue", "else", "for", "function", "if", "import", "in", "let", "loop"),
        *("namespace", "package", "return", "var", "void", "while"),
    }
)
MAX_DEPTH = 120
"""Levels of brackets; cel-go stops at 250 of its own counting."""


def parse(text: str) -> Node:
    """The tree of an expression; CelSyntaxError where it is none."""
    parser = _Parser(tokens(text))
    node = parser.expression()
    if parser.word.kind != "end":
        raise parser.unexpected()
    return node


class _Parser:
    def __init__(self, words: list[Token]) -> None:
        self._words = words
        self._at = 0
        self._depth = 0

    @property
    def word(self) -> Token:
        """The word that is looked at."""
        return self._words[self._at]

    def unexpected(self) -> CelSyntaxError:
        """What to raise when the next word fits nowhere."""
        return CelSyntaxError(f"unexpected {self.word.text!r}", self.word.at)

    def _take(self, *texts: str) -> str:
        """The next word if it is one of these operators; "" otherwise."""
        if self.word.kind in ("op", "name") and self.word.text in texts and (self.word.kind == "op" or "in" in texts):
            self._at += 1
            return self._words[self._at - 1].text
        return ""

    def _need(self, text: str) -> None:
        if not self._take(text):
            raise self.unexpected()

    def expression(self) -> Node:
        """Everything, down to `? :`."""
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise CelSyntaxError("too many levels", self.word.at)
        node = self._chain("||")
        if self._take("?"):
            yes = self._chain("||")
            self._need(":")
            node = Call("_?_:_", None, (node, yes, self.expression()))
        self._depth -= 1
        return node

    def _chain(self, operator: str) -> Node:
        deeper = self._relation if operator == "&&" else lambda: self._chain("&&")
        node = deeper()
        while self._take(operator):
            node = Call(f"_{operator}_", None, (node, deeper()))
        return node

    def _relation(self) -> Node:
        node = self._sum()
        while found := self._take(*RELATIONS):
            node = Call(f"_{found}_", None, (node, self._sum()))
        return node

    def _sum(self) -> Node:
        node = self._product()
        while found := self._take("+", "-"):
            node = Call(f"_{found}_", None, (node, self._product()))
        return node

    def _product(self) -> Node:
        node = self._unary()
        while found := self._take("*", "/", "%"):
            node = Call(f"_{found}_", None, (node, self._unary()))
        return node

    def _unary(self) -> Node:
        signs: list[str] = []
        while found := self._take("!", "-"):
            if signs and signs[0] != found:
                raise self.unexpected()
            signs.append(found)
        if signs and signs[0] == "-" and self.word.kind == "literal" and type(self.word.value) in (int, float):
            # the sign belongs to the number: the least int has no positive twin
            self._words[self._at] = self.word._replace(value=-self.word.value)
            signs.pop()
        node = self._member()
        for sign in signs[: len(signs) % 2] if len(signs) > 1 else signs:
            node = Call(f"{sign}_", None, (node,))
        return node

    def _member(self) -> Node:
        node = self._primary()
        while True:
            if self._take("."):
                optional = bool(self._take("?"))
                name = self._name()
                if not optional and self._take("("):
                    node = Call(name, node, self._arguments(")"))
                else:
                    node = Select(node, name, optional)
            elif self._take("["):
                optional = bool(self._take("?"))
                node = Index(node, self.expression(), optional)
                self._need("]")
            elif self.word.text == "{" and self.word.kind == "op" and _is_path(node):
                node = self._made(node)
            else:
                return node

    def _made(self, node: Node) -> Node:
        self._need("{")
        while not self._take("}"):
            self._take("?")
            self._name()
            self._need(":")
            self.expression()
            if not self._take(","):
                self._need("}")
                break
        return Made(_path(node))

    def _name(self) -> str:
        if self.word.kind != "name":
            raise self.unexpected()
        self._at += 1
        return self._words[self._at - 1].text

    def _arguments(self, end: str) -> tuple[Node, ...]:
        found: list[Node] = []
        while not self._take(end):
            found.append(self.expression())
            if not self._take(","):
                self._need(end)
                break
        return tuple(found)

    def _primary(self) -> Node:
        word = self.word
        if word.kind == "literal":
            self._at += 1
            if type(word.value) is int and not within(word.value):
                raise CelSyntaxError(f"{word.text} does not fit 64 bits", word.at)
            return Lit(word.value)
        if self._take("("):
            node = self.expression()
            self._need(")")
            return node
        if self._take("["):
            return self._list()
        if self._take("{"):
            return self._map()
        self._take(".")
        if self.word.text in RESERVED:
            raise self.unexpected()
        name = self._name()
        return Call(name, None, self._arguments(")")) if self._take("(") else Ident(name)

    def _list(self) -> Node:
        items: list[tuple[Node, bool]] = []
        while not self._take("]"):
            optional = bool(self._take("?"))
            items.append((self.expression(), optional))
            if not self._take(","):
                self._need("]")
                break
        return ListOf(tuple(items))

    def _map(self) -> Node:
        entries: list[tuple[Node, Node, bool]] = []
        while not self._take("}"):
            optional = bool(self._take("?"))
            key = self.expression()
            self._need(":")
            entries.append((key, self.expression(), optional))
            if not self._take(","):
                self._need("}")
                break
        return MapOf(tuple(entries))


def _is_path(node: Node) -> bool:
    while isinstance(node, Select):
        node = node.operand
    return isinstance(node, Ident)


def _path(node: Node) -> str:
    """`a.b.c` as text."""
    if isinstance(node, Select):
        return f"{_path(node.operand)}.{node.field}"
    return node.name if isinstance(node, Ident) else ""
