"""A PromQL expression does not parse.

In a PrometheusRule it costs the whole object: the operator leaves all its groups out, every alert of it is gone, and
only an event says so. In a trigger of KEDA the query fails each time, and nothing scales. Correct the expression;
`promtool check rules` says the same.

Source: <https://prometheus.io/docs/prometheus/latest/querying/basics/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.expressions.promql import read
from bayplan.validation.expressions.promql_tokens import tokens_of, unbalanced
from bayplan.validation.finding import Severity
from bayplan.validation.kinds import kind_of
from bayplan.validation.monitoring.queries import QUERY_KINDS, VM_RULE, expressions_of
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: {name: chat, namespace: chat}
spec:
  groups:
    - name: chat
      rules:
        - alert: ChatFails
          expr: sum(rate(chat_errors_total[5m]) by (code) > 1
"""
GOOD = BAD.replace("[5m])", "[5m]))")


@rule(
    "EXP001",
    severity=Severity.LOSS,
    rows=("M2", "H7"),
    kinds=(*QUERY_KINDS, VM_RULE),
    fix="correct the expression (promtool check rules tells where)",
)
def promql_does_not_parse(manifest: Manifest, world: World) -> Iterator[Hit]:  # noqa: ARG001 - the shape of a rule
    """Parse every expression as Prometheus does."""
    is_dialect = kind_of(manifest) == VM_RULE  # MetricsQL: all of PromQL and more, which no library here reads
    for expression in expressions_of(manifest):
        why = unbalanced(tokens_of(expression.text)) if is_dialect else read(expression.text).fault
        if why:
            yield Hit(expression.pointer, f"does not parse: {why}")
