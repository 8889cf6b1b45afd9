"""An expression needs a feature that its Prometheus has not switched on.

Functions and modifiers that are experimental are refused unless `enableFeatures` names their flag: the operator leaves
the whole PrometheusRule out, with every other alert in it. Name the feature in each Prometheus that selects the object,
or write the expression without it.

Source: <https://prometheus.io/docs/prometheus/latest/feature_flags/#experimental-promql-functions>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.expressions.promql import read
from bayplan.validation.fields import words_at
from bayplan.validation.finding import Severity
from bayplan.validation.monitoring.queries import PROMETHEUS_RULE, expressions_of
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: monitoring.coreos.com/v1
kind: Prometheus
metadata: {name: main, namespace: chat}
spec:
  ruleSelector: {}
---
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: {name: chat, namespace: chat}
spec:
  groups:
    - name: chat
      rules:
        - alert: ChatSwings
          expr: mad_over_time(chat_latency[5m]) > 1
"""
GOOD = BAD.replace("  ruleSelector: {}", "  ruleSelector: {}\n  enableFeatures: [promql-experimental-functions]")


@rule(
    "MON006",
    severity=Severity.LOSS,
    rows=("M2",),
    kinds=(PROMETHEUS_RULE,),
    fix="add the feature to enableFeatures of the Prometheus, or write the expression without it",
)
def expression_needs_a_feature(rules: Manifest, world: World) -> Iterator[Hit]:
    """Ask every Prometheus that surely selects the object; without one nothing is known."""
    everyone = world.scrapes.scrapers
    for expression in expressions_of(rules):
        needs = read(expression.text).needs
        if not needs:
            continue
        for prometheus in everyone.rulers:
            on = words_at(prometheus.body, "spec", "enableFeatures")
            missing = [need for need in needs if need not in on]
            if missing and everyone.selects(prometheus, rules):
                yield Hit(expression.pointer, f"needs {', '.join(missing)}, which {prometheus.ref} has not switched on")
                break
