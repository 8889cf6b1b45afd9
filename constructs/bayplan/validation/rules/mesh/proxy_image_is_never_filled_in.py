"""A container waits for Istio to fill in its image, and the pod is not injected.

`image: auto` is filled in by the webhook; without injection the kubelet pulls an image of that name and fails. Label
the pods `sidecar.istio.io/inject: "true"`, or their namespace.

Source: <https://istio.io/latest/docs/setup/additional-setup/gateway/#deploying-a-gateway>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.fields import (
    text_at,
)
from bayplan.validation.finding import Severity, Status
from bayplan.validation.mesh.injection import is_injected
from bayplan.validation.mesh.sidecar import PROXY
from bayplan.validation.pods import WORKLOAD_KINDS
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: v1
kind: Namespace
metadata: {name: ingress}
---
apiVersion: v1
kind: Pod
metadata:
  name: gateway
  namespace: ingress
  labels: {istio: ingressgateway}
  annotations: {inject.istio.io/templates: gateway}
spec:
  containers: [{name: istio-proxy, image: auto}]
"""
GOOD = BAD.replace("istio: ingressgateway", 'istio: ingressgateway, sidecar.istio.io/inject: "true"')


@rule(
    "MSH045",
    severity=Severity.DOWN,
    rows=("I7",),
    kinds=WORKLOAD_KINDS,
    fix='label the pods sidecar.istio.io/inject: "true"',
)
def proxy_image_is_never_filled_in(workload: Manifest, world: World) -> Iterator[Hit]:
    """Look for the image, and whether the pod is injected."""
    for pod in world.pods.made_by(workload):
        for container in pod.containers:
            if container.name == PROXY and text_at(container.body, "image") == "auto":
                injected = is_injected(pod, world)
                if not injected:
                    doubt = (
                        "its pods are not injected" if injected is False else "nothing says that its pods are injected"
                    )
                    status = Status.BROKEN if injected is False else Status.UNKNOWN
                    yield Hit(f"{container.pointer}/image", f"is auto, and {doubt}", status)
