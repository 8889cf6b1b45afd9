"""A liveness probe or a lifecycle handler names a port that its container does not have.

The kubelet cannot ask, and a liveness probe that cannot be asked counts as passed: a container that hangs is never
restarted, and nobody is told. A `postStart` that fails ends the container; a `preStop` is skipped. Names are looked up
among the ports of the same container only. Give the port that name, or ask by number.

Source: <https://github.com/kubernetes/kubernetes/blob/v1.37.0/pkg/kubelet/prober/worker.go>,
<https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.finding import Severity
from bayplan.validation.named_ports import unknown_ports
from bayplan.validation.pods import POD_KINDS
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: v1
kind: Pod
metadata: {name: chat, namespace: chat}
spec:
  containers:
    - name: chat
      image: registry.example.com/chat@sha256:0
      ports: [{name: http, containerPort: 8080}]
      livenessProbe: {tcpSocket: {port: htttp}}
"""
GOOD = BAD.replace("htttp", "http")
EFFECT = {
    "livenessProbe": "it is never asked, and counts as passed",
    "postStart": "it fails, and the container is ended",
    "preStop": "it is skipped",
}


@rule(
    "WRK006",
    severity=Severity.LOSS,
    rows=("W3",),
    kinds=POD_KINDS,
    fix="name a port of the same container, or write its number",
)
def probe_is_never_asked(workload: Manifest, world: World) -> Iterator[Hit]:
    """Look up the ports that liveness probes and lifecycle handlers name."""
    for pod in world.pods.made_by(workload):
        for container in pod.containers:
            for handler, where, message in unknown_ports(container, pod):
                if handler in EFFECT:
                    yield Hit(where, f"{message}: {EFFECT[handler]}")
