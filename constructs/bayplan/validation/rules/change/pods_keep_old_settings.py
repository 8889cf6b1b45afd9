"""Settings have changed, and the pods that read them once are not made anew.

A ConfigMap or Secret that becomes environment variables, or that is mounted with `subPath`, is read when a container
starts and never again. The workload's template is the same as before, so nothing starts anew: the change is in the
cluster, everything is green, and the pods run on with the old values until somebody restarts them, on another day, for
another reason. Put a hash of the content into the name (kustomize's generators do) or into an annotation of the pod
template, or let Reloader do the restart.

Source: <https://kubernetes.io/docs/concepts/configuration/configmap/#mounted-configmaps-are-updated-automatically>,
<https://github.com/stakater/Reloader>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.finding import Severity, Status
from bayplan.validation.rule import Hit, rule
from bayplan.validation.settings_changes import STAYING_KINDS, changed_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BASE = """
apiVersion: v1
kind: ConfigMap
metadata: {name: web, namespace: chat}
data: {greeting: hello}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: web, namespace: chat}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: registry.example.com/web@sha256:0000000000000000000000000000000000000000000000000000000000000000
        envFrom: [{configMapRef: {name: web}}]
"""
BAD = BASE.replace("greeting: hello", "greeting: welcome")
GOOD = BAD.replace(
    "{labels: {app: web}}\n    spec", "{labels: {app: web}, annotations: {checksum/web: 6a1f}}\n    spec"
)


@rule(
    "CHG001",
    severity=Severity.LOSS,
    rows=("W8",),
    kinds=STAYING_KINDS,
    needs_base=True,
    fix="Put a hash of the settings into their name or into an annotation of the pod template, so that pods start anew",
)
def pods_keep_old_settings(workload: Manifest, world: World) -> Iterator[Hit]:
    """Yield every reference to changed settings that is only read when a container starts."""
    for change in changed_settings(workload, world):
        if not change.is_file:
            status = Status.UNKNOWN if change.doubt else Status.BROKEN
            yield Hit(
                change.pointer,
                f"{change.what} has changed, and this reads it only when a container starts: "
                f"the pods run on with what they have{change.doubt and f', but {change.doubt}'}",
                status,
            )
