"""A Deployment is given up while its pods may still start.

The startup probe lets a container take longer than `progressDeadlineSeconds` (600 where nothing is said): the rollout
is called failed, and Flux, Argo or a pipeline that waits for it stops, though the pods would have come up. Raise the
deadline above the time that the probe allows.

Source: <https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#progress-deadline-seconds>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.fields import whole_at
from bayplan.validation.finding import Confidence, Severity
from bayplan.validation.rule import Hit, rule
from bayplan.validation.timing import patience

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: model, namespace: chat}
spec:
  selector: {matchLabels: {app: model}}
  template:
    metadata: {labels: {app: model}}
    spec:
      containers:
        - name: model
          image: registry.example.com/model@sha256:0
          ports: [{name: http, containerPort: 8080}]
          startupProbe: {httpGet: {path: /ready, port: http}, periodSeconds: 10, failureThreshold: 180}
"""
GOOD = BAD.replace("spec:\n  selector", "spec:\n  progressDeadlineSeconds: 2400\n  selector")

DEADLINE = 600


@rule(
    "CAP009",
    severity=Severity.RISK,
    rows=("G4",),
    kinds=("Deployment.apps",),
    confidence=Confidence.MEDIUM,
    fix="raise progressDeadlineSeconds above what the startup probe allows",
)
def rollout_is_given_up_while_starting(deployment: Manifest, world: World) -> Iterator[Hit]:
    """Compare the longest start that a probe allows with the deadline."""
    said = whole_at(deployment.body, "spec", "progressDeadlineSeconds")
    deadline = DEADLINE if said is None else said
    for pod in world.pods.made_by(deployment):
        for container in pod.containers:
            allowed = patience(container.body, "startupProbe")
            if allowed is not None and allowed > deadline:
                told = f"container {container.name} may take {allowed} s to start, the rollout has {deadline} s"
                yield Hit("/spec/progressDeadlineSeconds" if said is not None else "/spec", told)
                return
