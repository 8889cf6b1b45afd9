"""An expression gives something else than a vector.

A range of samples (`up[5m]`) or a text cannot be an alert or a recording: every evaluation fails, though the expression
is valid. KEDA also fails at a single number without labels (`scalar(...)`, arithmetic of numbers alone): it reads
vectors only. Put a function around the range, and `vector()` around the number.

Source: <https://prometheus.io/docs/prometheus/latest/querying/basics/#expression-language-data-types>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.expressions.promql import read
from bayplan.validation.finding import Severity
from bayplan.validation.kinds import kind_of
from bayplan.validation.monitoring.queries import PROMETHEUS_RULE, QUERY_KINDS, expressions_of
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
  groups: [{name: chat, rules: [{alert: ChatFails, expr: "chat_errors_total[5m]"}]}]
"""
GOOD = BAD.replace("chat_errors_total[5m]", "rate(chat_errors_total[5m]) > 0")

REFUSED = {True: ("matrix", "string"), False: ("matrix", "string", "scalar")}
WORDS = {"matrix": "ranges of samples", "scalar": "a number without labels", "string": "a text"}


@rule(
    "MON013",
    severity=Severity.LOSS,
    rows=("M2", "H7"),
    kinds=QUERY_KINDS,
    fix="put a function around the range (rate, max_over_time), or vector() around the number",
)
def expression_gives_no_vector(manifest: Manifest, world: World) -> Iterator[Hit]:  # noqa: ARG001 - the shape of a rule
    """Look at what each expression gives."""
    refused = REFUSED[kind_of(manifest) == PROMETHEUS_RULE]
    for expression in expressions_of(manifest):
        gives = read(expression.text).gives
        if gives in refused:
            yield Hit(expression.pointer, f"gives {WORDS[gives]}, which cannot be evaluated here")
