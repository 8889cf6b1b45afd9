"""A liveness probe kills a container before it can have started.

Without a startup probe the liveness probe asks from the beginning, and restarts the container once it has failed often
enough. Where that is sooner than the readiness probe so much as asks for the first time, a slow start never ends: the
container is killed, and begins anew. Add a startup probe that allows for the time that loading takes.

Source: <https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/#startup-probe>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.finding import Confidence, Severity
from bayplan.validation.pods import WORKLOAD_KINDS
from bayplan.validation.rule import Hit, rule
from bayplan.validation.timing import delay, patience

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: v1
kind: Pod
metadata: {name: model, namespace: chat}
spec:
  containers:
    - name: model
      image: registry.example.com/model@sha256:0
      ports: [{name: http, containerPort: 8080}]
      livenessProbe: {httpGet: {path: /live, port: http}, periodSeconds: 10, failureThreshold: 3}
      readinessProbe: {httpGet: {path: /ready, port: http}, initialDelaySeconds: 120}
"""
GOOD = (
    BAD
    + """      startupProbe: {httpGet: {path: /live, port: http}, periodSeconds: 10, failureThreshold: 30}
"""
)


@rule(
    "CAP010",
    severity=Severity.LOSS,
    rows=("G4",),
    kinds=WORKLOAD_KINDS,
    confidence=Confidence.LOW,
    fix="add a startupProbe that allows for the time that loading takes",
)
def liveness_probe_kills_while_starting(workload: Manifest, world: World) -> Iterator[Hit]:
    """Compare the two probes, which know the program best."""
    for container in world.pods.containers_of(workload):
        if "livenessProbe" not in container.body or container.body.get("startupProbe"):
            continue
        allowed, first = patience(container.body, "livenessProbe"), delay(container.body, "readinessProbe")
        if allowed is not None and allowed < first:
            told = f"container {container.name} is killed after {allowed} s, and first asked whether it is ready"
            yield Hit(f"{container.pointer}/livenessProbe", f"{told} after {first} s")
