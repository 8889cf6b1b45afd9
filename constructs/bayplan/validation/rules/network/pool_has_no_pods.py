"""An InferencePool selects no pods, or calls them on a port that they do not have.

The gateway asks the router, the router has nobody to choose, and every request is answered with an error. A pool
selects pods of its own namespace, and its `targetPorts` are ports of the pods, not of a Service. Give it the labels of
the pod template and the port on which the program listens.

Source: <https://gateway-api-inference-extension.sigs.k8s.io/reference/spec/#inferencepoolspec>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.manifests.pointer import pointer
from bayplan.validation import pools, selectors
from bayplan.validation.charts import is_of_a_chart
from bayplan.validation.fields import is_variable, mappings_at, whole_at
from bayplan.validation.finding import Severity, Status
from bayplan.validation.reachability.ends import of_pod
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: inference.networking.k8s.io/v1
kind: InferencePool
metadata: {name: chat, namespace: chat}
spec:
  selector: {matchLabels: {app: chatt}}
  targetPorts: [{number: 8000}]
  endpointPickerRef: {name: chat-router, port: {number: 9002}}
---
apiVersion: v1
kind: Pod
metadata: {name: chat, namespace: chat, labels: {app: chat}}
spec:
  containers: [{name: chat, image: "registry.example.com/chat@sha256:0", ports: [{name: http, containerPort: 8000}]}]
---
apiVersion: v1
kind: Service
metadata: {name: chat-router, namespace: chat}
spec: {ports: [{name: grpc, port: 9002}]}
"""
GOOD = BAD.replace("chatt", "chat")


@rule(
    "NET017",
    severity=Severity.DOWN,
    rows=("S1",),
    kinds=(pools.INFERENCE_POOL,),
    fix="use the labels of the pods that should answer, and the port on which they listen",
)
def pool_has_no_pods(pool: Manifest, world: World) -> Iterator[Hit]:
    """Look for templates in its namespace, and for the ports that they declare."""
    labels, namespace = pools.labels_of(pool), pool.ref.namespace
    if not labels or any(map(is_variable, [*labels, *labels.values()])):
        return
    pods = pools.pods_of(pool, world)
    if not pods:
        if world.pods.selected_when_running(namespace, labels) or is_of_a_chart(world, namespace, labels.values()):
            return
        doubt = world.doubt("Pod", namespace)
        message = f"selects {selectors.of_labels(labels)}: no pod template in namespace {namespace} carries that"
        yield Hit("/spec/selector/matchLabels", message + doubt.doubt, doubt.status)
        return
    declared = [dict(of_pod(pod).ports or {}) for pod in pods]
    for index, port in mappings_at(pool.body, "spec", "targetPorts"):
        number = whole_at(port, "number")
        lacking = [pod for pod, ports in zip(pods, declared, strict=True) if number not in ports.values()]
        if number is not None and lacking:
            message = f"calls its pods on port {number}, which {lacking[0].owner.ref} does not declare"
            # a program may listen on a port that its container does not declare
            yield Hit(pointer("spec", "targetPorts", index, "number"), message, Status.UNKNOWN)
