"""A readiness or startup probe names a port that its container does not have.

The kubelet cannot ask, and throws each result away: the container never counts as ready, or as started, so no Service
ever sends it anything and a rollout never ends. Names are looked up among the ports of the same container only. Give
the port that name, or ask by number.

Source: <https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/>,
<https://github.com/kubernetes/kubernetes/blob/v1.37.0/pkg/kubelet/prober/worker.go>
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
      readinessProbe: {httpGet: {path: /ready, port: htttp}}
"""
GOOD = BAD.replace("htttp", "http")


@rule(
    "WRK005",
    severity=Severity.DOWN,
    rows=("W3",),
    kinds=POD_KINDS,
    fix="name a port of the same container, or write its number",
)
def probe_never_succeeds(workload: Manifest, world: World) -> Iterator[Hit]:
    """Look up the ports that startup and readiness probes name."""
    for pod in world.pods.made_by(workload):
        for container in pod.containers:
            for handler, where, message in unknown_ports(container, pod):
                if handler in ("readinessProbe", "startupProbe"):
                    yield Hit(where, f"{message}: it never counts as {'ready' if handler[0] == 'r' else 'started'}")
