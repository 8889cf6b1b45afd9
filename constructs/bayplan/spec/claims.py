"""Accelerators that pods claim by what they are (dynamic resource allocation), in place of a number of a resource.

Classes and attributes are those that NVIDIA's driver publishes: `cmd/gpu-kubelet-plugin/deviceinfo.go` and the
DeviceClasses of its chart, at 22407113.
Source: <https://kubernetes.io/docs/concepts/scheduling-eviction/dynamic-resource-allocation/>
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bayplan.spec.mig import PREFIX
from bayplan.spec.products import words
from bayplan.spec.variants import machines_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bayplan.spec.cluster import Cluster
    from bayplan.spec.machine import Machine
    from bayplan.spec.traits.accelerator import Accelerator

CONTROLLER = "dra-driver-nvidia-gpu"
"""NVIDIA's driver among the controllers of a cluster."""
DRIVER = "gpu.nvidia.com"
CLAIMED = "nvidia.com/gpu"
"""What the device plugin counts, and pods claim where the driver takes its place."""
DOMAIN = "bayplan.dev"
ALTERNATIVES = 8
"""Of one request at the most; `FirstAvailableDeviceRequestMaxSize` in k8s.io/api."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What one pod claims."""

    classes: tuple[str, ...]
    """Names of DeviceClasses, any of which will do, sorted."""
    count: int
    memory_mib: int
    """Least memory of each that a driver reports; 0 for any."""

    @property
    def name(self) -> str:
        """Of the template: it says all that the template says, since no template can be changed."""
        words = [one.removesuffix(f".{DOMAIN}") for one in self.classes]
        memory = [f"{self.memory_mib}mi"] if self.memory_mib else []
        return "-".join(["claim", str(self.count), *words, *memory])


def is_claimed(cluster: Cluster, resource: str) -> bool:
    """Whether pods of a cluster claim what others ask for by the name of a resource."""
    return cluster.devices == "dra" and (resource == CLAIMED or resource.startswith(PREFIX))


def claim_on(cluster: Cluster, machines: Iterable[Machine], resource: str, accelerator: Accelerator) -> Claim | None:
    """What a pod claims on the machines that it may run on; None where it asks for the resource by its name.

    The memory is a tenth less than what was asked for: drivers report less than is sold.
    """
    if not is_claimed(cluster, resource):
        return None
    if resource.startswith(PREFIX):
        return Claim(classes=(slice_class(resource),), count=accelerator.count, memory_mib=0)
    models = {one.accelerator for one in machines if one.accelerator and one.resource == CLAIMED}
    known = models or ({accelerator.model} if accelerator.model else models_on(cluster))
    classes = tuple(sorted(model_class(str(model)) for model in known))[:ALTERNATIVES]
    return Claim(classes=classes, count=accelerator.count, memory_mib=accelerator.memory_mib * 9 // 10)


def models_on(cluster: Cluster) -> set[str]:
    """Models of NVIDIA's that a cluster has whole."""
    return {one.accelerator for one in machines_of(cluster).values() if one.accelerator and one.resource == CLAIMED}


def model_class(model: str) -> str:
    """Name of the DeviceClass of a model."""
    return f"{model}.{DOMAIN}"


def slice_class(resource: str) -> str:
    """Name of the DeviceClass of slices, by the resource as which they would be counted."""
    return f"mig-{resource.removeprefix(PREFIX)}.{DOMAIN}"


def device_classes(cluster: Cluster) -> dict[str, str]:
    """The condition of every DeviceClass of a cluster in CEL, by its name, sorted; none where nothing is claimed."""
    if cluster.devices != "dra":
        return {}
    found = {model_class(model): _whole(model) for model in models_on(cluster)}
    for machine in machines_of(cluster).values():
        found |= {slice_class(name): _slice(name) for name in machine.devices if name.startswith(PREFIX)}
    return dict(sorted(found.items()))


def _whole(model: str) -> str:
    return f"{_of_type('gpu')} && device.attributes['{DRIVER}'].productName.lowerAscii().matches(r'{words(model)}')"


def _slice(resource: str) -> str:
    return f"{_of_type('mig')} && device.attributes['{DRIVER}'].profile == '{resource.removeprefix(PREFIX)}'"


def _of_type(kind: str) -> str:
    return f"device.driver == '{DRIVER}' && device.attributes['{DRIVER}'].type == '{kind}'"
