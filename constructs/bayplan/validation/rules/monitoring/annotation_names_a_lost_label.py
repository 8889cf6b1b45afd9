"""An annotation or a label of an alert names a label that the expression has taken away.

The alert fires, and its text has a gap where the name of the pod, the node or the job should be; a route of
Alertmanager that goes by such a label does not match. An aggregation keeps only the labels that it names: `sum by (job)
(...)` has no `pod`. Name the label in the aggregation, or leave it out of the text.

Source: <https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/#templating>
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from bayplan.manifests.pointer import pointer
from bayplan.validation.expressions.promql import read
from bayplan.validation.fields import text_at, texts_at
from bayplan.validation.finding import Severity
from bayplan.validation.monitoring.queries import PROMETHEUS_RULE, entries_of, is_filled_in, is_logql
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
          expr: sum by (job) (rate(chat_errors_total[5m])) > 1
          annotations: {summary: "{{ $labels.pod }} fails"}
"""
GOOD = BAD.replace("by (job)", "by (job, pod)")


@rule(
    "MON015",
    severity=Severity.RISK,
    rows=("M2",),
    kinds=(PROMETHEUS_RULE,),
    fix="name the label in the aggregation, or leave it out of the text",
)
def annotation_names_a_lost_label(rules: Manifest, world: World) -> Iterator[Hit]:  # noqa: ARG001 - the shape of a rule
    """Compare the labels in templates with those that the expression's answer can have."""
    for entry in entries_of(rules):
        used = {
            (key, name): text
            for key in ("annotations", "labels")
            for name, text in texts_at(entry.body, key).items()
            if "$labels." in text
        }
        expression = text_at(entry.body, "expr")
        if not used or not expression or is_filled_in(expression) or is_logql(expression):
            continue
        labels = read(expression).labels
        for (key, name), text in used.items() if labels is not None else ():
            lost = sorted(set(_label().findall(text)) - (labels or frozenset()))
            if lost:
                has = ", ".join(sorted(labels or ())) or "none"
                told = f"{name} of {entry.name} names {', '.join(lost)}, but the expression leaves these labels: {has}"
                yield Hit(f"{entry.pointer}/{key}" + pointer(name), told)


@lru_cache(maxsize=1)
def _label() -> re.Pattern[str]:
    return re.compile(r"\$labels\.([a-zA-Z_]\w*)")
