"""A program listens on 127.0.0.1, and a Service sends to its port.

Nobody but the pod itself reaches 127.0.0.1: connections that come for the pod's address are refused, with a proxy or
without. Have the program listen on 0.0.0.0 (or on [::] for both kinds of addresses).

Source: <https://istio.io/latest/docs/reference/config/analysis/ist0143/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.fields import (
    mappings_at,
    text_at,
    texts_at,
)
from bayplan.validation.finding import Confidence, Severity
from bayplan.validation.mesh.listeners import loopback_ports
from bayplan.validation.pods import WORKLOAD_KINDS
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.pods import Pod
    from bayplan.validation.world import World

BAD = """
apiVersion: v1
kind: Pod
metadata: {name: chat, namespace: chat, labels: {app: chat}}
spec:
  containers:
    - name: chat
      image: registry.example.com/chat@sha256:0
      args: [--listen=127.0.0.1:8080]
      ports: [{name: http, containerPort: 8080}]
---
apiVersion: v1
kind: Service
metadata: {name: chat, namespace: chat}
spec:
  selector: {app: chat}
  ports: [{name: http, port: 80, targetPort: http}]
"""
GOOD = BAD.replace("127.0.0.1:", ":")


@rule(
    "MSH054",
    severity=Severity.DOWN,
    rows=("I7",),
    kinds=WORKLOAD_KINDS,
    confidence=Confidence.MEDIUM,
    fix="have the program listen on 0.0.0.0",
)
def program_listens_on_loopback(workload: Manifest, world: World) -> Iterator[Hit]:
    """Compare the addresses in arguments and environment with the ports that Services send to."""
    for pod in world.pods.made_by(workload):
        for container in pod.containers:
            for where, port in loopback_ports(container):
                service = service_for(pod, port, world)
                if service is not None:
                    yield Hit(where, f"listens on 127.0.0.1 alone, and {service.ref} sends to port {port}")


def service_for(pod: Pod, port: int, world: World) -> Manifest | None:
    """A Service that sends to a port of the pods."""
    named = {
        text_at(one, "name")
        for container in pod.containers
        for _, one in mappings_at(container.body, "ports")
        if one.get("containerPort") == port
    }
    for service in world.mesh.services_in.get(pod.namespace, ()):
        labels = texts_at(service.body, "spec", "selector")
        if labels and labels.items() <= pod.labels.items():
            for _, one in mappings_at(service.body, "spec", "ports"):
                target = one.get("targetPort") or one.get("port")
                if target == port or (isinstance(target, str) and target in named):
                    return service
    return None
