"""One alert or recording is there twice.

Both are evaluated: a recorded series gets every sample twice, of which one is dropped with a warning, and an alert is
sent twice. It happens when a rule is copied and only its group changes. Rules of one name that differ in expression,
labels or duration are not meant. Take one of them away.

Source: <https://prometheus.io/docs/prometheus/latest/command-line/promtool/#promtool-check-rules>
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bayplan.validation.fields import mapping_at, text_at
from bayplan.validation.finding import Confidence, Severity
from bayplan.validation.monitoring.queries import RULE_KINDS, entries_of
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
        - {alert: ChatFails, expr: chat_errors > 1, labels: {severity: page}}
        - {alert: ChatFails, expr: "chat_errors  > 1", labels: {severity: page}}
"""
GOOD = BAD.replace('"chat_errors  > 1", labels: {severity: page}', '"chat_errors > 1", labels: {severity: ticket}')


@rule(
    "MON010",
    severity=Severity.RISK,
    rows=("M2",),
    kinds=RULE_KINDS,
    confidence=Confidence.MEDIUM,
    fix="take one of them away",
)
def rule_is_there_twice(rules: Manifest, world: World) -> Iterator[Hit]:  # noqa: ARG001 - the shape of a rule
    """Compare the rules of one object by name, expression, labels and duration."""
    seen: dict[str, str] = {}
    for entry in entries_of(rules):
        expression = " ".join(text_at(entry.body, "expr").split())
        parts = [entry.name, expression, mapping_at(entry.body, "labels"), str(entry.body.get("for") or "")]
        key = json.dumps([*parts, mapping_at(entry.group, "labels")], sort_keys=True, default=str)
        if entry.name and key in seen:
            yield Hit(entry.pointer, f"{entry.name} is there already, with the same expression and labels")
        seen.setdefault(key, entry.pointer)
