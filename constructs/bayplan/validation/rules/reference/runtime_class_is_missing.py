"""A workload asks for a runtime of containers that does not exist.

The API server refuses its pods, since it cannot look up what the runtime needs on top: a Deployment stands there with
no pod at all. Operators of accelerators bring some (`nvidia`), virtual machines others (`kata`). Commit the
RuntimeClass, or name one that the cluster has.

Source: <https://kubernetes.io/docs/concepts/containers/runtime-class/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.cluster_wide import lack_in_cluster
from bayplan.validation.fields import text_at
from bayplan.validation.finding import Confidence, Severity
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
  runtimeClassName: gvisr
  containers: [{name: chat, image: "registry.example.com/chat@sha256:0"}]
---
apiVersion: node.k8s.io/v1
kind: RuntimeClass
metadata: {name: gvisor}
handler: runsc
"""
GOOD = BAD.replace("gvisr", "gvisor")


@rule(
    "REF006",
    severity=Severity.DOWN,
    rows=("W7",),
    kinds=POD_KINDS,
    confidence=Confidence.MEDIUM,
    fix="commit the RuntimeClass, or name one that the cluster has",
)
def runtime_class_is_missing(workload: Manifest, world: World) -> Iterator[Hit]:
    """Look up the runtime of every pod."""
    for pod in world.pods.made_by(workload):
        name = text_at(pod.spec, "runtimeClassName")
        lack = lack_in_cluster(world, "RuntimeClass.node.k8s.io", name) if name else None
        if lack is not None:
            message = f"asks for runtime {name}, which is no RuntimeClass of the cluster{lack.doubt}"
            yield Hit(f"{pod.pointer}/runtimeClassName", message, lack.status)
