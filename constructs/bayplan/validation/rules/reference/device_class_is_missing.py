"""A claim asks for devices of a class that does not exist.

Pods that use it stay Pending: the scheduler looks the class up to learn which devices may be given. Drivers bring some
(`gpu.nvidia.com`). Commit the DeviceClass, or name one that the cluster has.

Source: <https://kubernetes.io/docs/concepts/scheduling-eviction/dynamic-resource-allocation/#deviceclass>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.fields import is_variable, mappings_at, text_at
from bayplan.validation.finding import Confidence, Severity, Status
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: resource.k8s.io/v1
kind: ResourceClaimTemplate
metadata: {name: gpu, namespace: chat}
spec:
  spec:
    devices:
      requests: [{name: gpu, exactly: {deviceClassName: l4s.example.com}}]
---
apiVersion: resource.k8s.io/v1
kind: DeviceClass
metadata: {name: l4.example.com}
spec: {}
"""
GOOD = BAD.replace("l4s.", "l4.")
CLASS = "DeviceClass.resource.k8s.io"
PATHS = {
    "ResourceClaim": ("spec", "devices", "requests"),
    "ResourceClaimTemplate": ("spec", "spec", "devices", "requests"),
}
OF_DRIVERS = (".nvidia.com", ".amd.com", ".intel.com", ".google.com", ".aws.com")
"""Ends of classes that drivers bring with them."""


@rule(
    "REF009",
    severity=Severity.DOWN,
    confidence=Confidence.MEDIUM,
    rows=("W3",),
    kinds=tuple(f"{kind}.resource.k8s.io" for kind in PATHS),
    fix="commit the DeviceClass, or name one that the cluster has",
)
def device_class_is_missing(claim: Manifest, world: World) -> Iterator[Hit]:
    """Look up the class of every request, and of every alternative of one."""
    if not world.by_kind.get(CLASS):
        return  # all classes may be made elsewhere
    path = PATHS[claim.ref.kind]
    for index, request in mappings_at(claim.body, *path):
        for where, name in classes_of(request):
            lack = world.lack(CLASS, "", name) if not is_variable(name) else None
            if lack is not None:
                of_driver = name.endswith(OF_DRIVERS) and not lack.doubt
                doubt = ", but its driver may bring it" if of_driver else lack.doubt
                message = f"asks for devices of class {name}, which is no DeviceClass of the cluster{doubt}"
                status = Status.UNKNOWN if of_driver else lack.status
                yield Hit(f"/{'/'.join(path)}/{index}/{where}deviceClassName", message, status)


def classes_of(request: dict[str, object]) -> Iterator[tuple[str, str]]:
    """Every class that a request names, with the path to it below the request."""
    if name := text_at(request, "deviceClassName"):  # as v1beta1 has it
        yield "", name
    if name := text_at(request, "exactly", "deviceClassName"):
        yield "exactly/", name
    for index, one in mappings_at(request, "firstAvailable"):
        if name := text_at(one, "deviceClassName"):
            yield f"firstAvailable/{index}/", name
