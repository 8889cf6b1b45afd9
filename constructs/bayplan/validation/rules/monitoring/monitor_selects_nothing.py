"""A monitor selects nothing.

Prometheus takes it without a word and scrapes nothing: no metrics, no alerts on them, no scaling by them. A
ServiceMonitor looks at the labels of Services themselves (not at those that their selectors name), a PodMonitor at the
labels of pods, and both only in their own namespace unless `namespaceSelector` says otherwise. Give the selector the
labels that the Service or the pods carry, and name their namespace.

Source: <https://prometheus-operator.dev/docs/developer/getting-started/#using-servicemonitors>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation import selectors
from bayplan.validation.fields import is_variable, texts_at
from bayplan.validation.finding import Severity, Status
from bayplan.validation.kinds import kind_of
from bayplan.validation.monitoring.scrapes import POD_MONITOR, SERVICE_MONITOR
from bayplan.validation.outsiders import SYSTEM_NAMESPACES
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.selectors import Selector
    from bayplan.validation.world import World

BAD = """
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {name: chat, namespace: chat}
spec:
  selector: {matchLabels: {app: chatt}}
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
GOOD = BAD.replace("chatt", "chat")

OF_API_SERVER = {"component": "apiserver", "provider": "kubernetes"}
"""Labels of the Service default/kubernetes, which the API server makes itself."""
INSTALLED_OTHERWISE = SYSTEM_NAMESPACES | {"default", "flux-system"}
"""Namespaces of the API server, the kubelet's Service and Flux, which hardly a tree has: nothing is said of them."""


@rule(
    "MON001",
    severity=Severity.LOSS,
    rows=("M1",),
    kinds=(SERVICE_MONITOR, POD_MONITOR),
    fix="use the labels of the Service (or of the pods, for a PodMonitor), and name its namespace in namespaceSelector",
)
def monitor_selects_nothing(monitor: Manifest, world: World) -> Iterator[Hit]:
    """Look for a Service, or for pods, that the monitor selects in the namespaces in which it looks."""
    wanted = selectors.read(monitor.body, "spec", "selector")
    if wanted is None or any(map(is_variable, words_of(wanted))):
        return
    is_service = kind_of(monitor) == SERVICE_MONITOR
    if world.scrapes.services_of(monitor) if is_service else world.scrapes.pods_of(monitor):
        return
    spaces = world.scrapes.namespaces_of(monitor)
    if is_service and "default" in spaces and wanted.admits(OF_API_SERVER):
        return
    if any(world.pods.selected_when_running(space, dict(wanted.labels)) for space in spaces if not is_service):
        return
    where = "any namespace" if len(spaces) > 1 else f"namespace {spaces[0]}" if spaces and spaces[0] else "the tree"
    what = "Service" if is_service else "pod template"
    message = f"selects {wanted}: no {what} in {where} carries that{nearest(monitor, wanted, world)}"
    for space in spaces:
        doubt = world.doubt("Service" if is_service else "Pod", space)
        if doubt.status is Status.UNKNOWN:
            if space not in INSTALLED_OTHERWISE:
                yield Hit("/spec/selector", message + doubt.doubt, Status.UNKNOWN)
            return
    yield Hit("/spec/selector", message)


def words_of(selector: Selector) -> Iterator[str]:
    """Every word of a selector."""
    for key, value in selector.labels:
        yield from (key, value)
    for one in selector.requirements:
        yield from (one.key, *one.values)


def nearest(monitor: Manifest, wanted: Selector, world: World) -> str:
    """What was perhaps meant: the same labels in another namespace, or on pods instead of their Service."""
    if kind_of(monitor) != SERVICE_MONITOR:
        return ""
    for service in world.by_kind.get("Service", ()):
        if wanted.admits(texts_at(service.body, "metadata", "labels")):
            return f"; {service.ref} does"
    for service in world.by_kind.get("Service", ()):
        if service.ref.namespace == monitor.ref.namespace and wanted.admits(texts_at(service.body, "spec", "selector")):
            return f"; {service.ref} selects such pods, but does not carry the labels itself"
    return ""
