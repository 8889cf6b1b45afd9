"""Files from a ConfigMap or Secret have changed, and nothing starts the program anew.

The kubelet brings new content of a mounted volume to running pods within a minute or two, but few programs look at
their files again. The template is the same as before, so no pod is replaced: whether the change is in force depends on
the program, and pods that start later run with other settings than those beside them. If the program watches its
files, say so with a waiver; else put a hash into the name or into an annotation of the pod template.

Source: <https://kubernetes.io/docs/concepts/configuration/configmap/#mounted-configmaps-are-updated-automatically>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.finding import Confidence, Severity, Status
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
data: {nginx.conf: "worker_processes 1;"}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: web, namespace: chat}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      volumes: [{name: settings, configMap: {name: web}}]
      containers:
      - name: web
        image: registry.example.com/web@sha256:0000000000000000000000000000000000000000000000000000000000000000
        volumeMounts: [{name: settings, mountPath: /etc/nginx}]
"""
BAD = BASE.replace("worker_processes 1", "worker_processes 2")
GOOD = BAD.replace(
    "{labels: {app: web}}\n    spec", "{labels: {app: web}, annotations: {checksum/web: 6a1f}}\n    spec"
)


@rule(
    "CHG002",
    severity=Severity.RISK,
    rows=("W8",),
    confidence=Confidence.LOW,
    kinds=STAYING_KINDS,
    needs_base=True,
    fix="Put a hash of the files into their name or an annotation of the template, unless the program watches them",
)
def program_may_not_read_again(workload: Manifest, world: World) -> Iterator[Hit]:
    """Yield every volume whose files change under a running program."""
    for change in changed_settings(workload, world):
        if change.is_file:
            yield Hit(
                change.pointer,
                f"{change.what} has changed: the files follow, and nothing tells the program"
                f"{change.doubt and f', but {change.doubt}'}",
                Status.UNKNOWN if change.doubt else Status.BROKEN,
            )
