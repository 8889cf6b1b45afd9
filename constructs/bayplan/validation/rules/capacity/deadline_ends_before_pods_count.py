"""A Deployment is given up before its pods may count as available.

A new pod counts once it has been ready for `minReadySeconds`; if the deadline of the rollout is not later than that, no
rollout could ever succeed, and the API server refuses the Deployment. Raise `progressDeadlineSeconds` (600 where
nothing is said), or lower the other.

Source: <https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#progress-deadline-seconds>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.fields import whole_at
from bayplan.validation.finding import Severity
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: chat, namespace: chat}
spec:
  minReadySeconds: 60
  progressDeadlineSeconds: 60
  selector: {matchLabels: {app: chat}}
  template:
    metadata: {labels: {app: chat}}
    spec: {containers: [{name: chat, image: "registry.example.com/chat@sha256:0"}]}
"""
GOOD = BAD.replace("DeadlineSeconds: 60", "DeadlineSeconds: 600")

DEADLINE = 600


@rule(
    "CAP012",
    severity=Severity.SYNC,
    rows=("G4",),
    kinds=("Deployment.apps",),
    fix="let progressDeadlineSeconds be greater than minReadySeconds",
)
def deadline_ends_before_pods_count(deployment: Manifest, world: World) -> Iterator[Hit]:  # noqa: ARG001
    """Compare the two numbers as the API server does."""
    wait = whole_at(deployment.body, "spec", "minReadySeconds") or 0
    said = whole_at(deployment.body, "spec", "progressDeadlineSeconds")
    deadline = DEADLINE if said is None else said
    if wait >= deadline:
        where = "/spec/minReadySeconds" if said is None else "/spec/progressDeadlineSeconds"
        yield Hit(where, f"waits {wait} s until a pod counts, and gives the rollout up after {deadline} s")
