"""A container asks for accelerators in a way that Kubernetes refuses.

Devices cannot be shared out in parts or lent: a limit is needed, a request must equal it, and both must be whole
numbers. The API server refuses the pod, and a Deployment whose template asks so: Flux then applies nothing of its
Kustomization. Set the limit alone, as a whole number; the request follows it.

Source: <https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#extended-resources>
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bayplan.manifests.pointer import pointer
from bayplan.validation.amounts import amount
from bayplan.validation.fields import mapping_at
from bayplan.validation.finding import Severity
from bayplan.validation.pods import POD_KINDS
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: v1
kind: Pod
metadata: {name: train, namespace: train}
spec:
  containers:
    - name: train
      image: registry.example.com/train@sha256:0
      resources:
        requests: {nvidia.com/gpu: 0}
        limits: {nvidia.com/gpu: 1}
"""
GOOD = BAD.replace("gpu: 0", "gpu: 1")


@rule("GPU001", severity=Severity.SYNC, rows=("G1",), kinds=POD_KINDS, fix="set the limit alone, as a whole number")
def accelerator_request_differs_from_limit(workload: Manifest, world: World) -> Iterator[Hit]:
    """Compare requests and limits of every extended resource of every container."""
    for container in world.pods.containers_of(workload):
        resources = mapping_at(container.body, "resources")
        requests, limits = mapping_at(resources, "requests"), mapping_at(resources, "limits")
        for name in sorted({*requests, *limits}, key=str):
            if is_extended(name):
                part = "limits" if name in limits else "requests"
                message = complaint(name, requests.get(name), limits.get(name))
                if message:
                    where = container.pointer + pointer("resources", part, name)
                    yield Hit(where, f"container {container.name} {message}")


def is_extended(name: object) -> bool:
    """Whether a resource is a device that is counted: its name has a domain that is not Kubernetes' own."""
    return isinstance(name, str) and "/" in name and "kubernetes.io/" not in name and not name.startswith("requests.")


def complaint(name: str, request: Any, limit: Any) -> str:  # noqa: ANN401 - what stands in the file
    """What is wrong with the amounts of one resource, in words; "" if nothing is."""
    if limit is None:
        return f"requests {request} {name} without a limit"
    asked, most = amount(limit if request is None else request), amount(limit)
    if asked is None or most is None:
        return ""  # no amounts at all: the schema says so
    if asked != most:
        return f"requests {request} {name} and is limited to {limit}"
    return "" if most.denominator == 1 else f"asks for {limit} {name}: devices are not divided"
