"""A Gateway listens on a port that no Service of its pods leads to.

The proxy listens, and nobody reaches it: load balancer and Service do not have the port. The number of a server is a
port of the Service, or the `targetPort` behind it. Add the port to the gateway's Service, or use one that is there.

Source: <https://istio.io/latest/docs/reference/config/analysis/ist0162/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.fields import (
    mappings_at,
    text_at,
    texts_at,
    whole_at,
)
from bayplan.validation.finding import Severity
from bayplan.validation.mesh.gateways import pods_behind, servers_of
from bayplan.validation.mesh.kinds import GATEWAY
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.mesh.workloads import Workload
    from bayplan.validation.world import World

BAD = """
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: public, namespace: ingress}
spec:
  selector: {istio: ingressgateway}
  servers: [{port: {number: 8443, name: http, protocol: HTTP}, hosts: [chat.example.com]}]
---
apiVersion: v1
kind: Pod
metadata: {name: gateway, namespace: ingress, labels: {istio: ingressgateway}}
spec:
  containers:
    - {name: gateway, image: "registry.example.com/gateway@sha256:0", ports: [{containerPort: 8080}]}
---
apiVersion: v1
kind: Service
metadata: {name: gateway, namespace: ingress}
spec:
  selector: {istio: ingressgateway}
  ports: [{name: http, port: 80, targetPort: 8080}]
"""
GOOD = BAD.replace("number: 8443", "number: 80")


@rule(
    "MSH018",
    severity=Severity.DOWN,
    rows=("I4",),
    kinds=(GATEWAY,),
    fix="add the port to the Service of the gateway, or use one that it has",
)
def gateway_port_is_not_on_service(gateway: Manifest, world: World) -> Iterator[Hit]:
    """Compare the ports of the servers with those that lead to the gateway's pods."""
    pods = pods_behind(gateway, world)
    if not pods or any(pod.pod is None for pod in pods):
        return  # nobody but its maker knows the Service
    services = [service for pod in pods for service in services_of(pod, world)]
    ports = frozenset[int]().union(*(ports_through(service, pods) for service in services))
    for server in servers_of(gateway):
        if server.port is not None and server.port not in ports and not server.bind.startswith("unix://"):
            names = sorted({str(service.ref) for service in services})
            has = f"{', '.join(names)} of its pods has not" if names else "no Service leads to its pods"
            lack = world.mesh.without_workloads(pods[0].namespace)
            yield Hit(f"{server.pointer}/port", f"listens on port {server.port}: {has}{lack.doubt}", lack.status)


def services_of(pod: Workload, world: World) -> Iterator[Manifest]:
    """The Services that select a pod."""
    for service in world.mesh.services_in.get(pod.namespace, ()):
        labels = texts_at(service.body, "spec", "selector")
        if labels and all(pod.carries(key, value) for key, value in labels.items()):
            yield service


def ports_through(service: Manifest, pods: Sequence[Workload]) -> frozenset[int]:
    """The numbers under which a Service leads to pods: its ports, and what they are turned into."""
    found = set[int]()
    for _, port in mappings_at(service.body, "spec", "ports"):
        if text_at(port, "protocol") in ("", "TCP"):
            target = port.get("targetPort")
            numbers = [port.get("port"), target, *(named_port(pod, target) for pod in pods if isinstance(target, str))]
            found |= {number for number in numbers if isinstance(number, int)}
    return frozenset(found)


def named_port(workload: Workload, name: str) -> int | None:
    """The number of a port that a pod names."""
    for container in workload.pod.containers if workload.pod else ():
        for _, port in mappings_at(container.body, "ports"):
            if port.get("name") == name:
                return whole_at(port, "containerPort")
    return None
