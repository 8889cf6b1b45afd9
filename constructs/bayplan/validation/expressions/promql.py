"""PromQL, parsed: what is wrong with an expression, what it needs, and which series it asks for.

The parser is the library `promql-parser`; `promtool check rules` judges the same expressions in the tests.

Source: <https://prometheus.io/docs/prometheus/latest/querying/basics/>
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from bayplan.validation.expressions import patterns
from bayplan.validation.expressions.promql_labels import labels_of
from bayplan.validation.expressions.promql_tokens import (
    LARGEST,
    Token,
    in_older_words,
    is_too_large,
    out_of_range,
    tokens_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

Nodes = list[tuple[Any, bool]]
EXPERIMENTAL = "promql-experimental-functions"
FILL = "promql-binop-fill-modifiers"
AGGREGATORS = ("limitk", "limit_ratio")
"""Aggregations that are experimental as well."""
ILLEGAL = "illegal regex for "
OLD_FUNCTIONS = frozenset({"holt_winters"})
"""Functions of Prometheus 2 that Prometheus 3 has no more."""


class Matcher(NamedTuple):
    """One condition on a label: `job="web"`."""

    label: str
    operator: str
    value: str


class Selection(NamedTuple):
    """Series that an expression asks for."""

    metric: str
    """"" where no name is written, or a pattern of names."""
    matchers: tuple[Matcher, ...]
    may_be_absent: bool
    """Whether the expression has an answer without them: under `absent()`, `or`, on the right of `unless`."""


class Query(NamedTuple):
    """An expression, read."""

    fault: str
    """Why Prometheus refuses it; "" if it does not."""
    needs: tuple[str, ...] = ()
    """Feature flags of Prometheus without which it is refused."""
    selections: tuple[Selection, ...] = ()
    gives: str = ""
    """`vector`, `scalar`, `matrix` or `string`; "" where it was not parsed."""
    labels: frozenset[str] | None = None
    """Labels that the answer may have; None where it may have any."""
    is_known: bool = True
    """False where it is too large, or its syntax is that of another release: nothing was checked."""


@lru_cache(maxsize=16384)
def read(text: str) -> Query:
    """Parse an expression."""
    if len(text) <= LARGEST and text.strip() and not _unusual().search(text):
        tree = _tree(text)
        if tree is not None:
            return _told(tree)
    tokens = tokens_of(text)
    if is_too_large(tokens):
        return Query("", is_known=False)
    if not any(token.kind != "space" for token in tokens):
        return Query("no expression found in input")
    too_large = out_of_range(tokens)
    return Query(too_large) if too_large else _parsed(tokens)


@lru_cache(maxsize=1)
def _unusual() -> re.Pattern[str]:
    """Numbers that may be too large, and what the parser stumbles over."""
    return re.compile(r"\d{9}|\d[eE]|nan|inf", re.IGNORECASE)


def _tree(text: str) -> Any:  # noqa: ANN401
    """The tree of an expression that the library takes as it stands."""
    import promql_parser  # noqa: PLC0415 - loaded when the first expression is met

    try:
        return promql_parser.parse(text)
    except ValueError:
        return None


def _parsed(tokens: list[Token]) -> Query:
    import promql_parser  # noqa: PLC0415 - loaded when the first expression is met

    try:
        tree = promql_parser.parse(in_older_words(tokens))
    except ValueError as error:
        _, illegal, pattern = str(error).partition(ILLEGAL)
        if illegal and not patterns.fault(pattern):  # in Rust, and not in Go
            return Query("", is_known=False)
        if _is_beyond(tokens, str(error)):
            return Query("", is_known=False)
        return Query(" ".join(str(error).split()))
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # of the library, which is no Exception
            return Query("", is_known=False)
        raise
    return _told(tree)


def _told(tree: Any) -> Query:  # noqa: ANN401
    nodes = list(_nodes(tree))
    return Query(
        _fault_beyond(nodes), tuple(sorted(_needs(nodes))), tuple(_selections(nodes)), _gives(tree), labels_of(tree)
    )


def _is_beyond(tokens: list[Token], why: str) -> bool:
    """Whether the library refuses what some Prometheus takes."""
    words = {token.text for token in tokens}
    return bool(words & OLD_FUNCTIONS) or "valid label in grouping" in why or ("info" in words and "non-empty" in why)


GIVES = {"NumberLiteral": "scalar", "StringLiteral": "string", "MatrixSelector": "matrix", "SubqueryExpr": "matrix"}


def _gives(tree: Any) -> str:  # noqa: ANN401
    kind = type(tree).__name__
    if kind in ("ParenExpr", "UnaryExpr"):
        return _gives(tree.expr)
    if kind == "Call":
        return str(tree.func.return_type).rpartition(".")[2].lower()
    if kind == "BinaryExpr":
        return "scalar" if _gives(tree.lhs) == _gives(tree.rhs) == "scalar" else "vector"
    return GIVES.get(kind, "vector")


def _nodes(tree: Any) -> Iterator[tuple[Any, bool]]:  # noqa: ANN401 - the library's nodes share no type
    """Every node, with whether the whole has an answer without it."""
    left = [(tree, False)]
    while left:
        node, optional = left.pop()
        yield node, optional
        kind = type(node).__name__
        if kind == "BinaryExpr":
            word = str(node.op)
            left += [(node.rhs, optional or word in ("or", "unless")), (node.lhs, optional or word == "or")]
        elif kind == "Call":
            absent = optional or node.func.name.startswith("absent")
            left += [(argument, absent) for argument in reversed(node.args)]
        elif kind == "AggregateExpr":
            left += [(node.expr, optional), *([(node.param, optional)] if node.param is not None else [])]
        elif kind in ("SubqueryExpr", "ParenExpr", "UnaryExpr"):
            left.append((node.expr, optional))
        elif kind == "MatrixSelector":
            left.append((node.vector_selector, optional))


def _selections(nodes: Nodes) -> Iterator[Selection]:
    for node, optional in nodes:
        if type(node).__name__ == "VectorSelector":
            matchers = tuple(Matcher(one.name, _operator(one.op), one.value) for one in node.matchers.matchers)
            named = (one.value for one in matchers if one.label == "__name__" and one.operator == "=")
            others = tuple(one for one in matchers if one.label != "__name__")
            yield Selection(node.name or next(named, ""), others, optional)


def _operator(operation: object) -> str:
    return {"Equal": "=", "NotEqual": "!=", "Re": "=~", "NotRe": "!~"}.get(str(operation).rpartition(".")[2], "")


def _needs(nodes: Nodes) -> set[str]:
    found = set()
    for node, _ in nodes:
        kind = type(node).__name__
        if kind == "Call" and node.func.experimental:
            found.add(EXPERIMENTAL)
        if kind == "AggregateExpr" and str(node.op) in AGGREGATORS:
            found.add(EXPERIMENTAL)
        fill = getattr(getattr(node, "modifier", None), "fill_values", None) if kind == "BinaryExpr" else None
        if fill is not None and (fill.lhs is not None or fill.rhs is not None):
            found.add(FILL)
    return found


def _fault_beyond(nodes: Nodes) -> str:
    """What the library accepts and Prometheus refuses."""
    for node, _ in nodes:
        if type(node).__name__ == "VectorSelector" and node.matchers.or_matchers:
            return "unexpected 'or' between label matchers (only VictoriaMetrics knows it)"
        if type(node).__name__ == "VectorSelector":
            for one in node.matchers.matchers:
                why = patterns.fault(one.value) if _operator(one.op) in ("=~", "!~") else ""
                if why:
                    return f"{ILLEGAL}{one.value}: {why}"
        if type(node).__name__ == "Call" and node.func.name == "info" and len(node.args) == 2:
            labels = node.args[1]
            if type(labels).__name__ != "VectorSelector" or labels.name:
                return "info() takes label matchers in braces alone as its second argument"
    return ""
