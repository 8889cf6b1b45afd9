"""A dashboard is no JSON.

Grafana's sidecar writes the text to a file and Grafana refuses to load it: the dashboard is missing, or stays what it
was, and only a log says so. Usually a comma is left over or a quote was lost when it was pasted. Export it again, or
correct it.

Source: <https://grafana.com/docs/grafana/latest/administration/provisioning/#dashboards>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.finding import Severity
from bayplan.validation.monitoring.dashboards import DASHBOARD_KINDS, dashboards_of, fault_of
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: v1
kind: ConfigMap
metadata: {name: chat, namespace: chat, labels: {grafana_dashboard: "1"}}
data: {chat.json: '{"title": "Chat", "panels": [],}'}
"""
GOOD = BAD.replace("[],}", "[]}")


@rule(
    "EXP005",
    severity=Severity.LOSS,
    rows=("M2",),
    kinds=DASHBOARD_KINDS,
    fix="correct the JSON, or export the dashboard again",
)
def dashboard_is_no_json(manifest: Manifest, world: World) -> Iterator[Hit]:  # noqa: ARG001 - the shape of a rule
    """Read every dashboard of the object."""
    for dashboard in dashboards_of(manifest):
        why = fault_of(dashboard.text)
        if why:
            yield Hit(dashboard.pointer, why)
