"""Two Services send to one port of the same pods as different protocols.

The pods' proxy has one listener for the port and reads it as one of the two, whichever it takes first: as TCP it
applies no rule about requests, as HTTP it breaks what is none. Name the same protocol in both Services, or let them
send to different ports.

Source: <https://istio.io/latest/docs/ops/deployment/application-requirements/#pod-requirements>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.finding import Confidence, Severity
from bayplan.validation.mesh.injection import is_in_mesh
from bayplan.validation.mesh.protocols import protocol_of, targets_of
from bayplan.validation.pods import WORKLOAD_KINDS
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: v1
kind: Namespace
metadata: {name: chat, labels: {istio-injection: enabled}}
---
apiVersion: v1
kind: Pod
metadata: {name: chat, namespace: chat, labels: {app: chat}}
spec:
  containers: [{name: chat, image: "registry.example.com/chat@sha256:0", ports: [{containerPort: 8080}]}]
---
apiVersion: v1
kind: Service
metadata: {name: chat, namespace: chat}
spec:
  selector: {app: chat}
  ports: [{name: http, port: 80, targetPort: 8080}]
---
apiVersion: v1
kind: Service
metadata: {name: chat-raw, namespace: chat}
spec:
  selector: {app: chat}
  ports: [{name: tcp, port: 8080}]
"""
GOOD = BAD.replace("name: tcp", "name: http-raw")


@rule(
    "MSH061",
    severity=Severity.DOWN,
    rows=("S3",),
    kinds=WORKLOAD_KINDS,
    confidence=Confidence.MEDIUM,
    fix="name the same protocol in both Services",
)
def services_disagree_on_port(workload: Manifest, world: World) -> Iterator[Hit]:
    """Compare what the Services of each pod say of its ports."""
    for pod in world.pods.made_by(workload):
        services = world.mesh.services_of(pod)
        if len(services) < 2 or not is_in_mesh(pod, world):
            continue
        said: dict[object, tuple[str, Manifest]] = {}
        for service in services:
            for target, port in targets_of(service, pod):
                protocol = protocol_of(port)
                first = said.setdefault(target, (protocol, service)) if protocol else None
                if first is not None and first[0] != protocol:
                    told = f"gets port {target} as {protocol} from {service.ref} and as {first[0]} from {first[1].ref}"
                    yield Hit(pod.pointer, told)
                    return
