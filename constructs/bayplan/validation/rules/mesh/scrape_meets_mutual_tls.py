"""A monitor scrapes pods in the clear that take mutual TLS alone.

The proxy refuses the connection: the target is down, and metrics and alerts of these pods are missing. Let the port be
taken in the clear (`portLevelMtls`, or `traffic.sidecar.istio.io/excludeInboundPorts`), scrape the merged metrics on
port 15020, or scrape by `https` with the mesh's certificates.

Source: <https://istio.io/latest/docs/ops/integrations/prometheus/#tls-settings>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.fields import (
    text_at,
    value_at,
)
from bayplan.validation.finding import Confidence, Severity, Status
from bayplan.validation.mesh.injection import annotations_of, is_injected
from bayplan.validation.mesh.mtls import STRICT, is_demanded, mode_of
from bayplan.validation.mesh.sidecar import PORTS
from bayplan.validation.mesh.workloads import Workload
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.pods import Pod
    from bayplan.validation.world import World

BAD = """
apiVersion: v1
kind: Namespace
metadata: {name: chat, labels: {istio-injection: enabled}}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: chat}
spec: {mtls: {mode: STRICT}}
---
apiVersion: monitoring.coreos.com/v1
kind: PodMonitor
metadata: {name: chat, namespace: chat}
spec:
  selector: {matchLabels: {app: chat}}
  podMetricsEndpoints: [{port: metrics}]
---
apiVersion: v1
kind: Pod
metadata: {name: chat, namespace: chat, labels: {app: chat}}
spec:
  containers:
    - name: chat
      image: registry.example.com/chat@sha256:0
      ports: [{name: metrics, containerPort: 9090}]
"""
GOOD = BAD.replace(
    "labels: {app: chat}}\nspec:\n  containers:",
    "labels: {app: chat}, annotations: {traffic.sidecar.istio.io/excludeInboundPorts: '9090'}}\nspec:\n  containers:",
)

EXCLUDED = "traffic.sidecar.istio.io/excludeInboundPorts"


@rule(
    "MSH059",
    severity=Severity.LOSS,
    rows=("I6", "M1"),
    kinds=("PodMonitor.monitoring.coreos.com", "ServiceMonitor.monitoring.coreos.com"),
    confidence=Confidence.MEDIUM,
    fix="let the port be taken in the clear, or scrape by https with the mesh's certificates",
)
def scrape_meets_mutual_tls(monitor: Manifest, world: World) -> Iterator[Hit]:
    """Ask of every target on which the proxy listens whether it takes what comes in the clear."""
    if not is_demanded(world):
        return
    for scrape in world.scrapes.of_source(monitor):
        endpoint = part_at(monitor.body, scrape.pointer)
        if text_at(endpoint, "scheme").lower() == "https":
            continue
        for target in scrape.targets:
            told = refusal(target.pod, target.port, world)
            if told:
                yield Hit(scrape.pointer, *told)
                break


def refusal(pod: Pod, port: int | None, world: World) -> tuple[str, Status] | None:
    """Why pods refuse a scrape in the clear; None if they take it, or nobody can tell."""
    excluded = annotations_of(pod).get(EXCLUDED, "").replace(" ", "").split(",")
    if port is None or port in PORTS or str(port) in excluded or not is_injected(pod, world):
        return None
    workload = Workload(namespace=pod.namespace, labels=pod.labels, owner=pod.owner, pod=pod)
    mode = mode_of(workload, port, world)
    if mode.name != STRICT or mode.policy is None:
        return None
    told = f"scrapes {pod.owner.ref} on port {port} in the clear, but {mode.policy.ref} asks for mutual TLS"
    return told, world.mesh.status_with(mode.policy)


def part_at(body: object, where: str) -> object:
    """What stands at a pointer that goes through lists."""
    for part in where.split("/")[1:]:
        body = body[int(part)] if isinstance(body, list) else value_at(body, part)
    return body
