"""A pod may use less of a resource than it asks for.

The API server refuses the pod, and the object that holds its template. The same holds for what is said for the pod as a
whole: its containers may not ask for more together, and none may be allowed more alone. Huge pages must be asked for
and limited in the same amount. Raise the limit, or ask for less.

Source: <https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bayplan.manifests.pointer import step
from bayplan.validation.amounts import amount, requested_by_containers
from bayplan.validation.fields import mapping_at
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
      resources: {requests: {memory: 1Gi}, limits: {memory: 512Mi}}
"""
GOOD = BAD.replace("512Mi", "2Gi")


@rule(
    "WRK007",
    severity=Severity.SYNC,
    rows=("W3",),
    kinds=POD_KINDS,
    fix="raise the limit, or ask for less",
)
def limit_is_below_request(workload: Manifest, world: World) -> Iterator[Hit]:
    """Compare requests with limits, in each container and in the pod as a whole."""
    for pod in world.pods.made_by(workload):
        for container in pod.containers:
            resources = container.body.get("resources")
            if isinstance(resources, dict) and resources:
                yield from above(resources, f"container {container.name}", f"{container.pointer}/resources")
        whole = mapping_at(pod.spec, "resources")
        if whole:
            yield from above(whole, "the pod", f"{pod.pointer}/resources")
            yield from parts_above(pod, whole)


def above(resources: dict[str, Any], who: str, where: str) -> Iterator[Hit]:
    """Requests above their limits. Devices are told by GPU001."""
    requests, limits = mapping_at(resources, "requests"), mapping_at(resources, "limits")
    if any(str(name).startswith("hugepages-") for name in (*requests, *limits)):
        yield from of_huge_pages(resources, who, where)
    for name in requests:
        asked, most = amount(requests[name]), amount(limits.get(name))
        if asked is None or "/" in str(name):
            continue
        if most is None:
            if str(name).startswith("hugepages-") and name not in limits:
                yield Hit(step(f"{where}/requests", str(name)), f"{who} requests {name} without a limit")
        elif asked > most or (asked != most and str(name).startswith("hugepages-")):
            message = f"{who} requests {requests[name]} {name} and is limited to {limits[name]}"
            yield Hit(step(f"{where}/requests", str(name)), message)


def of_huge_pages(resources: dict[str, Any], who: str, where: str) -> Iterator[Hit]:
    """Huge pages go with cpu or memory, and are asked for in whole pages."""
    asked = {str(name): value for part in ("requests", "limits") for name, value in mapping_at(resources, part).items()}
    pages = [name for name in asked if name.startswith("hugepages-")]
    if pages and not asked.keys() & {"cpu", "memory"}:
        yield Hit(where, f"{who} asks for huge pages and neither for cpu nor for memory")
    for name in pages:
        size, value = amount(name.removeprefix("hugepages-")), amount(asked[name])
        if size and value is not None and (value / size).denominator != 1:
            part = "limits" if name in mapping_at(resources, "limits") else "requests"
            yield Hit(f"{where}/{part}/{name}", f"{who} asks for {asked[name]} {name}: these are not whole pages")


def parts_above(pod: Pod, whole: dict[str, Any]) -> Iterator[Hit]:
    """Containers that ask together for more than the pod, or may use more alone."""
    together = requested_by_containers(pod)
    for name, value in mapping_at(whole, "requests").items():
        asked = amount(value)
        if asked is not None and together.get(str(name), 0) > asked * 1000:
            message = f"the pod requests {value} {name}, and its containers request more together"
            yield Hit(step(f"{pod.pointer}/resources/requests", str(name)), message)
    most = {str(name): amount(value) for name, value in mapping_at(whole, "limits").items()}
    for container in pod.containers:
        for name, value in mapping_at(container.body, "resources", "limits").items():
            limit, own = most.get(str(name)), amount(value)
            if container.role == "container" and limit is not None and own is not None and own > limit:
                where = step(f"{container.pointer}/resources/limits", str(name))
                yield Hit(where, f"container {container.name} may use {value} {name}, and its pod less")
