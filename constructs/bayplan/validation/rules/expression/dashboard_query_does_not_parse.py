"""A query of a dashboard does not parse.

The panel shows an error instead of a curve, and it is noticed on the day on which it is needed. Variables of Grafana
are put in before the expression is parsed; a query whose variables may be anything is not judged. Correct the
expression in the dashboard.

Source: <https://prometheus.io/docs/prometheus/latest/querying/basics/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.finding import Confidence, Severity
from bayplan.validation.monitoring.dashboards import DASHBOARD_KINDS, dashboards_of, queries_of, query_fault
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: v1
kind: ConfigMap
metadata: {name: chat, namespace: chat, labels: {grafana_dashboard: "1"}}
data:
  chat.json: |
    {"title": "Chat", "panels": [{"title": "Errors", "datasource": {"type": "prometheus"},
      "targets": [{"expr": "sum(rate(chat_errors_total{pod=~\\"$pod\\"}[$__rate_interval]) by (code)"}]}]}
"""
GOOD = BAD.replace("interval])", "interval]))")


@rule(
    "EXP006",
    severity=Severity.RISK,
    rows=("M2",),
    kinds=DASHBOARD_KINDS,
    confidence=Confidence.MEDIUM,
    fix="correct the expression in the panel",
)
def dashboard_query_does_not_parse(manifest: Manifest, world: World) -> Iterator[Hit]:  # noqa: ARG001 - a rule's shape
    """Parse the expressions of every panel."""
    for dashboard in dashboards_of(manifest):
        for text, title in queries_of(dashboard.text):
            why = query_fault(text)
            if why:
                yield Hit(dashboard.pointer, f"panel {title}: {' '.join(text.split())[:200]} does not parse: {why}")
