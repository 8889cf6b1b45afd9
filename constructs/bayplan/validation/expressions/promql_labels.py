"""Which labels the answer of an expression can have, where an aggregation says it.

`sum by (job) (...)` leaves `job` alone, whatever the series had: what an alert's annotation says of other labels stays
empty. Where nothing is taken away, or where it would take the rules of joins to know, the answer is that nothing is
known.

Source: <https://prometheus.io/docs/prometheus/latest/querying/operators/#aggregation-operators>
"""

from __future__ import annotations

from typing import Any

KEEPS_SERIES = ("topk", "bottomk", "limitk", "limit_ratio")
"""Aggregations that choose among series and leave their labels."""
KEEPS_LABELS = frozenset(
    {
        "abs", "ceil", "clamp", "clamp_max", "clamp_min", "exp", "floor", "ln", "log10", "log2", "round", "sgn", "sort",
        "sort_desc", "sqrt",
    }
)  # fmt: skip
SETS = ("and", "unless")
NO_LABELS: frozenset[str] = frozenset()


def labels_of(tree: Any) -> frozenset[str] | None:  # noqa: ANN401 - the library's nodes share no type
    """The labels that an answer may have; None where it may have any."""
    kind = type(tree).__name__
    if kind in ("ParenExpr", "UnaryExpr"):
        return labels_of(tree.expr)
    if kind == "NumberLiteral":
        return NO_LABELS
    if kind == "AggregateExpr":
        return _of_aggregation(tree)
    if kind == "BinaryExpr":
        return _of_operator(tree)
    if kind == "Call":
        return _of_function(tree)
    return None


def _of_aggregation(tree: Any) -> frozenset[str] | None:  # noqa: ANN401
    operation = str(tree.op)
    if operation in KEEPS_SERIES:
        return labels_of(tree.expr)
    if operation == "count_values":
        return None
    if tree.modifier is None:
        return NO_LABELS
    named = frozenset(tree.modifier.labels)
    if str(tree.modifier.type).rpartition(".")[2] == "By":
        return named
    inner = labels_of(tree.expr)
    return None if inner is None else inner - named


def _of_operator(tree: Any) -> frozenset[str] | None:  # noqa: ANN401
    left, right = labels_of(tree.lhs), labels_of(tree.rhs)
    if type(tree.lhs).__name__ == "NumberLiteral":
        return right
    if type(tree.rhs).__name__ == "NumberLiteral" or str(tree.op) in SETS:
        return left
    modifier = tree.modifier
    plain = modifier is None or (modifier.matching is None and not modifier.group_labels)
    if left is None or right is None or not plain:
        return None
    return left | right


def _of_function(tree: Any) -> frozenset[str] | None:  # noqa: ANN401
    name = tree.func.name
    if name in ("vector", "scalar", "time"):
        return NO_LABELS
    if name in KEEPS_LABELS and tree.args:
        return labels_of(tree.args[0])
    if name == "histogram_quantile" and len(tree.args) > 1:
        inner = labels_of(tree.args[1])
        return None if inner is None else inner - {"le"}
    return None
