"""An InferencePool names a router that does not exist.

The gateway asks the Service of `endpointPickerRef` where each request should go. Without it requests are refused
where `failureMode` is FailClose, which is the default; with FailOpen any replica is taken, and nobody chooses. Name a
Service of the pool's namespace, and a port that it has.

Source: <https://gateway-api-inference-extension.sigs.k8s.io/reference/spec/#endpointpickerref>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation import pools
from bayplan.validation.charts import is_of_a_chart
from bayplan.validation.fields import is_variable
from bayplan.validation.finding import Severity
from bayplan.validation.rule import Hit, rule
from bayplan.validation.served import ports_served

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: inference.networking.k8s.io/v1
kind: InferencePool
metadata: {name: chat, namespace: chat}
spec:
  selector: {matchLabels: {app: chat}}
  targetPorts: [{number: 8000}]
  endpointPickerRef: {name: chat-picker, port: {number: 9002}}
---
apiVersion: v1
kind: Service
metadata: {name: chat-router, namespace: chat}
spec: {ports: [{name: grpc, port: 9002}]}
---
apiVersion: v1
kind: Pod
metadata: {name: chat, namespace: chat, labels: {app: chat}}
spec:
  containers: [{name: chat, image: "registry.example.com/chat@sha256:0", ports: [{name: http, containerPort: 8000}]}]
"""
GOOD = BAD.replace("chat-picker", "chat-router")


@rule(
    "NET018",
    severity=Severity.DOWN,
    rows=("S5",),
    kinds=(pools.INFERENCE_POOL,),
    fix="name a Service of the pool's namespace, and a port of it",
)
def router_of_pool_is_missing(pool: Manifest, world: World) -> Iterator[Hit]:
    """Look up the Service and its port."""
    kind, name, port = pools.router_of(pool)
    if not name or is_variable(name):
        return
    where, namespace = "/spec/endpointPickerRef", pool.ref.namespace
    if kind != "Service":
        yield Hit(f"{where}/kind", f"is chosen for by a {kind}, and gateways ask Services alone")
        return
    lack = world.lack("Service", namespace, name)
    if lack is not None:
        if not is_of_a_chart(world, namespace, (name,)):
            message = f"is chosen for by Service {namespace}/{name}, which does not exist{lack.doubt}"
            yield Hit(f"{where}/name", message, lack.status)
        return
    served = ports_served(world, namespace, name)
    if served is not None and port is not None and port not in served.numbers:
        message = f"is chosen for on port {port} of Service {namespace}/{name}, which has only {served}"
        yield Hit(f"{where}/port/number", message)
