"""What is read from PromQL, and what is not even tried."""

from __future__ import annotations

import pytest

from bayplan.validation.expressions.promql import EXPERIMENTAL, FILL, Matcher, read


def test_series_are_read_with_their_matchers() -> None:
    (found,) = read('sum(rate(http_total{job="api", code=~"5.."}[5m]))').selections
    assert found.metric == "http_total"
    assert found.matchers == (Matcher("job", "=", "api"), Matcher("code", "=~", "5.."))


@pytest.mark.parametrize("text", ["absent(a)", "vector(1) or a", "vector(1) unless a"])
def test_what_may_be_absent_is_known(text: str) -> None:
    assert [one.may_be_absent for one in read(text).selections if one.metric == "a"] == [True]


@pytest.mark.parametrize(
    ("text", "gives"),
    [("up", "vector"), ("up[5m]", "matrix"), ("(1 + 2)", "scalar"), ("1 + up", "vector"), ('"a"', "string")],
)
def test_what_an_expression_gives(text: str, gives: str) -> None:
    assert read(text).gives == gives


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("sum by (job) (up) > 1", {"job"}),
        ("sum(up) / sum(up)", set()),
        ("topk(3, sum by (a) (up))", {"a"}),
        ("histogram_quantile(0.9, sum by (le, b) (up))", {"b"}),
        ("up", None),
        ("sum by (a) (up) * on(a) group_left(b) up", None),
        ("sum without (a) (up)", None),
    ],
)
def test_labels_that_an_aggregation_leaves(text: str, labels: set[str] | None) -> None:
    assert read(text).labels == (None if labels is None else frozenset(labels))


def test_features_that_an_expression_needs() -> None:
    assert read("limitk(1, up)").needs == (EXPERIMENTAL,)
    assert read("a + fill(0) b").needs == (FILL,)


@pytest.mark.parametrize("text", ["(" * 5000 + "1" + ")" * 5000, "-" * 20000 + "1", "offset " * 9000, "[" * 700])
def test_what_no_person_writes_is_not_parsed(text: str) -> None:
    """The parser's stack is not without end: it would take the whole process with it."""
    assert not read(text).is_known


@pytest.mark.parametrize("text", ["up[NaN]", "holt_winters(up[5m], 0.5, 0.5)", 'up{a=~"{x"}'])
def test_what_only_the_library_refuses_is_not_called_wrong(text: str) -> None:
    assert not read(text).fault or "out of range" in read(text).fault
