"""Dashboards of Grafana in ConfigMaps and in objects of its operator: their JSON, and the PromQL in their panels.

Variables of Grafana are put into the expression before it is parsed: a duration where one is due, else a word. What
cannot be known this way (a variable that is a whole expression) is left out.

Source: <https://grafana.com/docs/grafana/latest/dashboards/variables/variable-syntax/>
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from bayplan.manifests.pointer import pointer
from bayplan.validation.expressions.places import mappings_in
from bayplan.validation.expressions.promql import read
from bayplan.validation.fields import mapping_at, text_at
from bayplan.validation.kinds import kind_of
from bayplan.validation.monitoring.queries import is_logql

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest

GRAFANA_DASHBOARD = "GrafanaDashboard.grafana.integreatly.org"
DASHBOARD_KINDS = ("ConfigMap", GRAFANA_DASHBOARD)
MARKS = ("grafana_dashboard", "grafana-dashboard")
"""Labels by which the sidecar of Grafana's chart finds ConfigMaps."""
LARGEST = 2_000_000


class Dashboard(NamedTuple):
    """The JSON of one dashboard and where it stands."""

    text: str
    pointer: str


def dashboards_of(manifest: Manifest) -> Iterator[Dashboard]:
    """The dashboards that an object holds as text."""
    if kind_of(manifest) == GRAFANA_DASHBOARD:
        text = text_at(manifest.body, "spec", "json")
        if text:
            yield Dashboard(text, pointer("spec", "json"))
        return
    labels = mapping_at(manifest.body, "metadata", "labels")
    if any(mark in labels for mark in MARKS):
        for key, text in mapping_at(manifest.body, "data").items():
            if isinstance(text, str) and str(key).endswith(".json"):
                yield Dashboard(text, pointer("data", key))


def fault_of(text: str) -> str:
    """Why a text is no JSON of a dashboard; "" if it is."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        return f"is no JSON: {error}"
    return "" if isinstance(value, dict) else "is no object"


def queries_of(text: str) -> Iterator[tuple[str, str]]:
    """The PromQL of a dashboard's panels, each with the title of its panel."""
    if len(text) > LARGEST or '"expr"' not in text:
        return
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        return
    for panel, _ in mappings_in(body):
        targets = panel.get("targets")
        for target in targets if isinstance(targets, list) else ():
            if isinstance(target, dict) and is_prometheus(target, panel) and text_at(target, "expr").strip():
                yield text_at(target, "expr"), str(panel.get("title") or "without a title")


def is_prometheus(target: dict[str, Any], panel: Any) -> bool:  # noqa: ANN401 - what stands in the file
    """Whether a query is for Prometheus; one that says nothing may be for Loki as well, which its pipes show."""
    for holder in (target, panel):
        source = holder.get("datasource")
        kind = source.get("type") if isinstance(source, dict) else source
        if isinstance(kind, str) and kind and not kind.startswith("$"):
            return kind.lower() == "prometheus" or (holder is panel and "prom" in kind.lower())
    return True


@lru_cache(maxsize=1)
def _variable() -> re.Pattern[str]:
    return re.compile(r"\$\{[^}]+\}|\$[A-Za-z_]\w*|\[\[[^\]]+\]\]")


@lru_cache(maxsize=8192)
def query_fault(text: str) -> str:
    """Why an expression with variables is refused, whatever stands for them; "" where it may be accepted."""
    if is_logql(text):
        return ""
    if not _variable().search(text):
        return read(text).fault
    faults = [read(filled(text, word)).fault for word in ("x", "1", "5m")]
    return faults[0] if all(faults) and not _may_be_anything(text) else ""


def filled(text: str, word: str) -> str:
    """An expression with something in place of its variables: durations in ranges, else a word."""

    def put(found: re.Match[str]) -> str:
        before = text[: found.start()].rstrip()
        return "5m" if before.endswith(("[", ":", "offset")) or "interval" in found.group().lower() else word

    return _variable().sub(put, text)


def _may_be_anything(text: str) -> bool:
    """Whether a variable stands where operators or whole expressions may: outside of quotes, ranges and `by ()`."""
    quoted = re.sub(r'"(?:\\.|[^"\\])*"|\[[^\]]*\]', "", text)
    return _variable().search(quoted) is not None
