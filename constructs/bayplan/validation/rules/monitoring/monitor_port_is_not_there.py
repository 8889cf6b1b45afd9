"""A monitor asks for a port that is not there.

The targets are found and dropped again: nothing is scraped, and nobody is told. `port` of a ServiceMonitor is the name
of a port of the Service (never its number, never the name in the pod); `targetPort` and every port of a PodMonitor must
be declared by a container, also when it is a number. Use the name that stands there, or declare the port.

Source: <https://prometheus-operator.dev/docs/platform/troubleshooting/#using-textual-port-number-instead-of-port-name>
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bayplan.manifests.pointer import pointer
from bayplan.validation.fields import is_variable, mappings_at, text_at, texts_at
from bayplan.validation.finding import Severity, Status
from bayplan.validation.kinds import kind_of
from bayplan.validation.mesh.injection import is_injected
from bayplan.validation.monitoring.ports import matches, picked, ports_of
from bayplan.validation.monitoring.scrapes import POD_MONITOR, SERVICE_MONITOR
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.pods import Pod
    from bayplan.validation.world import World

BAD = """
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {name: chat, namespace: chat}
spec:
  selector: {matchLabels: {app: chat}}
  endpoints: [{port: metrics}]
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
GOOD = BAD.replace("port: metrics", "port: http")

PROXY_PORTS = frozenset({"http-envoy-prom", "15090", "15020"})
"""Ports that injection adds to pods."""


@rule(
    "MON002",
    severity=Severity.LOSS,
    rows=("M1",),
    kinds=(SERVICE_MONITOR, POD_MONITOR),
    fix="name a port of the Service (ServiceMonitor) or of a container (PodMonitor, targetPort), or add it there",
)
def monitor_port_is_not_there(monitor: Manifest, world: World) -> Iterator[Hit]:
    """Look every endpoint's port up where Prometheus will."""
    if kind_of(monitor) == POD_MONITOR:
        pods = world.scrapes.pods_of(monitor)
        for index, endpoint in mappings_at(monitor.body, "spec", "podMetricsEndpoints"):
            yield from in_pods(monitor, pods, endpoint, pointer("spec", "podMetricsEndpoints", index), world)
        return
    services = world.scrapes.services_of(monitor)
    if not services or not all(texts_at(service.body, "spec", "selector") for service in services):
        return  # MON001 has said so, or somebody writes endpoints with other names
    pods = tuple(pod for service in services for pod in world.scrapes.pods_behind(service))
    for index, endpoint in mappings_at(monitor.body, "spec", "endpoints"):
        where = pointer("spec", "endpoints", index)
        if text_at(endpoint, "port"):
            yield from in_services(monitor, services, text_at(endpoint, "port"), f"{where}/port", world)
        else:
            yield from in_pods(monitor, pods, endpoint, where, world)


def in_services(
    monitor: Manifest, services: tuple[Manifest, ...], name: str, where: str, world: World
) -> Iterator[Hit]:
    """A name must be that of a port of at least one Service."""
    ports = [port for service in services for _, port in mappings_at(service.body, "spec", "ports")]
    names = {text_at(port, "name") for port in ports}
    if is_variable(name) or any(is_variable(one) or matches(name, one) for one in names):
        return
    known = ", ".join(sorted(one for one in names if one)) or "not named"
    by_other = [port for port in ports if name in (str(port.get("port")), str(port.get("targetPort")))]
    meant = "; a Service's port is meant by its name here" if by_other else ""
    some = services[0].ref if len(services) == 1 else f"any of {len(services)} Services ({services[0].ref}, ...)"
    yield from told(monitor, f"port {name} is none of {some}: its ports are {known}{meant}", where, "Service", world)


def in_pods(
    monitor: Manifest, pods: tuple[Pod, ...], endpoint: dict[str, Any], where: str, world: World
) -> Iterator[Hit]:
    """A name or number must be declared by a container of at least one template."""
    key = next((key for key in ("port", "portNumber", "targetPort") if endpoint.get(key)), "")
    port = str(endpoint.get(key, ""))
    if not pods or not key or is_variable(port) or any(True for pod in pods for _ in picked(pod, endpoint)):
        return
    if port in PROXY_PORTS and any(is_injected(pod, world) is not False for pod in pods):
        return
    declared = sorted(
        {f"{text_at(one, 'name')} {one.get('containerPort')}".strip() for pod in pods for one in ports_of(pod)}
    )
    known = ", ".join(declared) or "none"
    message = f"{key} {port} is declared by no container of {pods[0].owner.ref}; declared: {known}"
    yield from told(monitor, message, f"{where}/{key}", "Pod", world)


def told(monitor: Manifest, message: str, where: str, kind: str, world: World) -> Iterator[Hit]:
    """A hit, unless others may bring what the monitor selects as well."""
    for space in world.scrapes.namespaces_of(monitor):
        doubt = world.doubt(kind, space)
        if doubt.status is Status.UNKNOWN:
            yield Hit(where, message + doubt.doubt, Status.UNKNOWN)
            return
    yield Hit(where, message)
