"""No Prometheus selects a monitor.

The object is there, valid and healthy for Flux, and nothing is scraped: the operator gives to each Prometheus only the
monitors whose labels its selector asks for, in the namespaces that its namespace selector admits. A selector that is
absent selects nothing; without a namespace selector only the Prometheus' own namespace is looked at. Add the label
(often `release`), or widen the selector.

Source: <https://prometheus-operator.dev/docs/platform/troubleshooting/#overview-of-servicemonitor-tagging-and-related-elements>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation import selectors
from bayplan.validation.fields import is_variable, texts_at
from bayplan.validation.finding import Severity, Status
from bayplan.validation.kinds import kind_of
from bayplan.validation.monitoring.scrapers import MONITOR_KINDS, SELECTED_BY
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: monitoring.coreos.com/v1
kind: Prometheus
metadata: {name: main, namespace: monitoring}
spec:
  serviceMonitorSelector: {matchLabels: {release: main}}
  serviceMonitorNamespaceSelector: {}
---
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {name: chat, namespace: chat, labels: {release: other}}
spec:
  selector: {matchLabels: {app: chat}}
  endpoints: [{port: http}]
---
apiVersion: v1
kind: Service
metadata: {name: chat, namespace: chat, labels: {app: chat}}
spec:
  selector: {app: chat}
  ports: [{name: http, port: 80}]
---
apiVersion: v1
kind: Pod
metadata: {name: chat, namespace: chat, labels: {app: chat}}
spec:
  containers: [{name: chat, image: "registry.example.com/chat@sha256:0", ports: [{containerPort: 80}]}]
"""
GOOD = BAD.replace("release: other", "release: main")


@rule(
    "MON003",
    severity=Severity.LOSS,
    rows=("M1",),
    kinds=MONITOR_KINDS,
    fix="give it the labels that a Prometheus selects, in a namespace that it admits",
)
def monitor_is_selected_by_nobody(monitor: Manifest, world: World) -> Iterator[Hit]:
    """Ask every Prometheus of the tree; where there is none, a chart brings it and its selectors."""
    everyone = world.scrapes.scrapers
    asked = [one.manifest for one in everyone.scrapers if one.is_managed]
    yield from unselected(monitor, asked, world)


def unselected(chosen: Manifest, asked: Sequence[Manifest], world: World) -> Iterator[Hit]:
    """A hit where every one of some objects is known not to select another."""
    labels = texts_at(chosen.body, "metadata", "labels")
    if not asked or any(map(is_variable, [chosen.ref.namespace, *labels.values()])):
        return
    if any(world.scrapes.scrapers.selects(one, chosen) is not False for one in asked):
        return
    reasons = "; ".join(f"{one.ref} {refusal(one, chosen)}" for one in asked[:3])
    others = world.scrapes.scrapers.others or next(
        (f"{one.ref} is changed before it is applied" for one in asked if one.file in world.drafts), ""
    )
    doubt = f", but {others}" if others else ""
    where = "/metadata/labels" if labels else "/metadata"
    yield Hit(where, f"is selected by no Prometheus: {reasons}{doubt}", Status.UNKNOWN if others else Status.BROKEN)


def refusal(prometheus: Manifest, chosen: Manifest) -> str:
    """Why an object is not selected, in words."""
    word = SELECTED_BY[kind_of(chosen)]
    wanted = selectors.read(prometheus.body, "spec", f"{word}Selector")
    if wanted is None:
        return f"has no {word}Selector, which selects none"
    if not wanted.admits(texts_at(chosen.body, "metadata", "labels")):
        return f"asks for {wanted}"
    spaces = selectors.read(prometheus.body, "spec", f"{word}NamespaceSelector")
    return f"asks for namespaces with {spaces}" if spaces is not None else "looks in its own namespace only"
