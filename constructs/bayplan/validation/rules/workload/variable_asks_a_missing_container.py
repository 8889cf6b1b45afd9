"""A variable asks for the resources of a container that the pod does not have.

The API server takes it, and the kubelet cannot start the container that asks: it waits in CreateContainerConfigError. A
file of a volume that asks so keeps the whole pod in ContainerCreating. Name a container of the same pod, or leave the
name out, which means the container itself.

Source: <https://kubernetes.io/docs/concepts/workloads/pods/downward-api/#downwardapi-resourceFieldRef>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.fields import is_variable, mappings_at, text_at
from bayplan.validation.finding import Severity
from bayplan.validation.pods import POD_KINDS
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.pod import Pod
    from bayplan.validation.world import World

BAD = """
apiVersion: v1
kind: Pod
metadata: {name: chat, namespace: chat}
spec:
  containers:
    - name: chat
      image: registry.example.com/chat@sha256:0
      env: [{name: MOST, valueFrom: {resourceFieldRef: {containerName: web, resource: limits.memory}}}]
"""
GOOD = BAD.replace("containerName: web", "containerName: chat")


@rule(
    "WRK017",
    severity=Severity.DOWN,
    rows=("W3",),
    kinds=POD_KINDS,
    fix="name a container of the same pod, or leave the name out",
)
def variable_asks_a_missing_container(workload: Manifest, world: World) -> Iterator[Hit]:
    """Look up every container that is asked for its resources."""
    for pod in world.pods.made_by(workload):
        asked = [*asked_in(pod)]
        names = {container.name for container in pod.containers} if asked else set()
        for name, where in asked:
            if name not in names and not any(map(is_variable, {name, *names})):
                has = ", ".join(sorted(names))
                yield Hit(where, f"asks for the resources of container {name}; the pod has {has}")


def asked_in(pod: Pod) -> Iterator[tuple[str, str]]:
    """Names of containers that variables and files ask, and where."""
    for container in pod.containers:
        for index, variable in mappings_at(container.body, "env") if "env" in container.body else ():
            if "valueFrom" in variable:
                name = text_at(variable, "valueFrom", "resourceFieldRef", "containerName")
                if name:
                    yield name, f"{container.pointer}/env/{index}/valueFrom/resourceFieldRef/containerName"
    for index, volume in mappings_at(pod.spec, "volumes") if "volumes" in pod.spec else ():
        for number, item in mappings_at(volume, "downwardAPI", "items") if "downwardAPI" in volume else ():
            name = text_at(item, "resourceFieldRef", "containerName")
            if name:
                where = f"{pod.pointer}/volumes/{index}/downwardAPI/items/{number}/resourceFieldRef/containerName"
                yield name, where
