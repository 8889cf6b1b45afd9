"""A workload needs a ConfigMap, or a key of one, that does not exist.

Its containers are never started: the pod waits in CreateContainerConfigError or ContainerCreating until the ConfigMap
appears, without a time limit. Commit it in the same namespace, correct the name or the key, or say `optional: true`
where the program can do without.

Source: <https://kubernetes.io/docs/concepts/configuration/configmap/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.finding import Severity
from bayplan.validation.needs import missing_keys, needed
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
      env:
        - name: MODEL
          valueFrom: {configMapKeyRef: {name: chat, key: modell}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: chat, namespace: chat}
data: {model: tiny}
"""
GOOD = BAD.replace("modell", "model")


@rule(
    "REF002",
    severity=Severity.DOWN,
    rows=("W5",),
    kinds=POD_KINDS,
    fix="commit the ConfigMap with that key in the workload's namespace, or mark the reference optional",
)
def config_map_is_missing(workload: Manifest, world: World) -> Iterator[Hit]:
    """Look up every ConfigMap that the pods cannot do without."""
    namespace = workload.ref.namespace
    for reference in needed(workload, world, "ConfigMap"):
        lack = world.lack("ConfigMap", namespace, reference.name)
        if world.contents.has("ConfigMap", namespace, reference.name) or lack is None:
            yield from missing_keys(reference, namespace, world)
        else:
            message = f"needs ConfigMap {reference.name}, which is not in its namespace"
            yield Hit(reference.pointer, message + lack.doubt, lack.status)
