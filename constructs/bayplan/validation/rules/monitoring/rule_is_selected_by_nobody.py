"""No Prometheus and no ruler selects a PrometheusRule.

The object is valid and healthy for Flux, and none of its alerts can ever fire: the operator gives to each Prometheus or
ThanosRuler only the rules whose labels its `ruleSelector` asks for, in the namespaces that `ruleNamespaceSelector`
admits. A selector that is absent selects nothing. Add the label (often `release`), or widen the selector.

Source: <https://prometheus-operator.dev/docs/developer/alerting/#deploying-prometheus-rules>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.finding import Severity
from bayplan.validation.monitoring.queries import PROMETHEUS_RULE
from bayplan.validation.monitoring.selection import unselected
from bayplan.validation.rule import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.rule import Hit
    from bayplan.validation.world import World

BAD = """
apiVersion: monitoring.coreos.com/v1
kind: Prometheus
metadata: {name: main, namespace: monitoring}
spec:
  ruleSelector: {matchLabels: {release: main}}
  ruleNamespaceSelector: {}
---
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: {name: chat, namespace: chat, labels: {release: other}}
spec:
  groups: [{name: chat, rules: [{alert: ChatFails, expr: chat_errors > 1}]}]
"""
GOOD = BAD.replace("release: other", "release: main")


@rule(
    "MON007",
    severity=Severity.LOSS,
    rows=("M2",),
    kinds=(PROMETHEUS_RULE,),
    fix="give it the labels that a Prometheus or ThanosRuler selects, in a namespace that it admits",
)
def rule_is_selected_by_nobody(rules: Manifest, world: World) -> Iterator[Hit]:
    """Ask every Prometheus and ThanosRuler of the tree; where there is none, a chart brings it and its selectors."""
    yield from unselected(rules, world.scrapes.scrapers.rulers, world)
