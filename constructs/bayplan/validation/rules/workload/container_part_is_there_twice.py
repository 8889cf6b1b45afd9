"""Two parts of a pod that must differ have the same name or port.

The API server refuses the pod, and the object that holds its template: containers and init containers of one pod share
their names, the names of ports may be used once in a container, a port of the node once in a pod, a device once in a
container. No schema shows it, for each entry alone is well. Give one of the two another name or number.

Source: <https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#Container>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.fields import mappings_at, text_at, whole_at
from bayplan.validation.finding import Severity
from bayplan.validation.pods import POD_KINDS
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.pod import Container, Pod
    from bayplan.validation.world import World

BAD = """
apiVersion: v1
kind: Pod
metadata: {name: chat, namespace: chat}
spec:
  containers:
    - name: chat
      image: registry.example.com/chat@sha256:0
      ports: [{name: http, containerPort: 8080}, {name: http, containerPort: 9090}]
"""
GOOD = BAD.replace("{name: http, containerPort: 9090}", "{name: metrics, containerPort: 9090}")


@rule(
    "WRK004",
    severity=Severity.SYNC,
    rows=("W3",),
    kinds=POD_KINDS,
    fix="give one of the two another name or number",
)
def container_part_is_there_twice(workload: Manifest, world: World) -> Iterator[Hit]:
    """Compare names of containers, names of ports, ports of the node, and devices."""
    for pod in world.pods.made_by(workload):
        yield from containers_twice(pod)
        used: dict[str, str] = {}
        for container in pod.containers:
            if "ports" in container.body:
                yield from port_names_twice(container)
                # init containers run one by one, so each is compared with itself alone
                yield from node_ports_twice(container, used if container.role == "container" else {})
            if "volumeDevices" in container.body:
                yield from devices_twice(container)


def containers_twice(pod: Pod) -> Iterator[Hit]:
    """Init containers with the name of another container; two of one list are told by the schema."""
    names = {one.name for one in pod.containers if one.role == "container"}
    for container in pod.containers:
        if container.role != "container" and container.name and container.name in names:
            yield Hit(f"{container.pointer}/name", f"init container {container.name} has the name of a container")


def port_names_twice(container: Container) -> Iterator[Hit]:
    """Ports of one name."""
    seen: set[str] = set()
    for index, port in mappings_at(container.body, "ports"):
        name = text_at(port, "name")
        if name in seen:
            yield Hit(f"{container.pointer}/ports/{index}/name", f"container {container.name} has two ports {name}")
        seen |= {name} - {""}


def node_ports_twice(container: Container, used: dict[str, str]) -> Iterator[Hit]:
    """Ports of the node that two containers want; `used` remembers those of the pod."""
    for index, port in mappings_at(container.body, "ports"):
        number = whole_at(port, "hostPort")
        if number:
            key = f"{text_at(port, 'protocol') or 'TCP'}/{text_at(port, 'hostIP')}/{number}"
            if key in used:
                where = f"{container.pointer}/ports/{index}/hostPort"
                yield Hit(where, f"container {container.name} takes port {number} of the node, as {used[key]} does")
            used.setdefault(key, f"container {container.name}")


def devices_twice(container: Container) -> Iterator[Hit]:
    """Volumes that are devices and mounts at once, or devices twice, and their places."""
    places = {text_at(mount, "mountPath") for _, mount in mappings_at(container.body, "volumeMounts")} - {""}
    mounts = {text_at(mount, "name") for _, mount in mappings_at(container.body, "volumeMounts")}
    for index, device in mappings_at(container.body, "volumeDevices"):
        name = text_at(device, "name")
        if name in mounts:
            where = f"{container.pointer}/volumeDevices/{index}/name"
            yield Hit(where, f"container {container.name} uses volume {name} twice, as a device and otherwise")
        mounts |= {name} - {""}
        if text_at(device, "devicePath") in places:
            where = f"{container.pointer}/volumeDevices/{index}/devicePath"
            yield Hit(where, f"container {container.name} has a mount at the place of device {name}")
