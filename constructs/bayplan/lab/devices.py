"""Accelerators of a lab's nodes, as NVIDIA's driver would publish them for pods that claim them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bayplan.spec.claims import CLAIMED, DRIVER
from bayplan.spec.cluster import POOL_LABEL
from bayplan.spec.mig import PREFIX
from bayplan.spec.variants import machines_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bayplan.spec.cluster import Cluster
    from bayplan.spec.machine import Machine

PRODUCTS = {
    "rtx-pro-4500": "NVIDIA RTX PRO 4500 Blackwell",
    "rtx-pro-server-6000": "NVIDIA RTX PRO 6000 Blackwell Server Edition",
    "t4": "Tesla T4",
    "v100": "Tesla V100-SXM2-32GB",
}
"""Names of products that are not NVIDIA and the model in capitals."""


def make_devices(cluster: Cluster, node: Mapping[str, Any]) -> dict[str, Any] | None:
    """The ResourceSlice of a node that `make_nodes` has made; None where it has nothing that is claimed."""
    machine = machines_of(cluster)[node["metadata"]["labels"][POOL_LABEL]]
    devices = list(_devices(machine)) if cluster.devices == "dra" else []
    if not devices:
        return None
    name = node["metadata"]["name"]
    return {
        "apiVersion": "resource.k8s.io/v1",
        "kind": "ResourceSlice",
        "metadata": {"name": f"{name}-{DRIVER}"},
        "spec": {
            "driver": DRIVER,
            "nodeName": name,
            "pool": {"name": name, "generation": 1, "resourceSliceCount": 1},
            "devices": devices,
        },
    }


def _devices(machine: Machine) -> Iterator[dict[str, Any]]:
    if machine.resource == CLAIMED:
        product = PRODUCTS.get(str(machine.accelerator), f"NVIDIA {str(machine.accelerator).upper()}")
        for number in range(machine.accelerators):
            attributes = {"type": {"string": "gpu"}, "productName": {"string": product}}
            memory = {"value": f"{machine.accelerator_memory_mib}Mi"}
            yield {"name": f"gpu-{number}", "attributes": attributes, "capacity": {"memory": memory}}
    for resource, count in machine.devices.items():
        if resource.startswith(PREFIX):
            profile = resource.removeprefix(PREFIX)
            for number in range(count):
                name = f"mig-{profile.replace('.', '-')}-{number}"
                yield {"name": name, "attributes": {"type": {"string": "mig"}, "profile": {"string": profile}}}
