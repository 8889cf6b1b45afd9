"""An environment variable comes from nowhere, or from two places.

The API server refuses the pod, and the object that holds its template: a variable has a `value` or one source, and of
the pod's own fields only some can be read. Leave one of the two, or name a field that there is.

Source: <https://kubernetes.io/docs/concepts/workloads/pods/downward-api/#available-fields>
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bayplan.validation.fields import is_variable, mapping_at, mappings_at, text_at
from bayplan.validation.finding import Severity
from bayplan.validation.kinds import kind_of
from bayplan.validation.pod_parts import OWN_KINDS
from bayplan.validation.pods import POD_KINDS
from bayplan.validation.rule import Hit, rule
from bayplan.validation.schema.naming import qualified

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.pod import Container
    from bayplan.validation.world import World

BAD = """
apiVersion: v1
kind: Pod
metadata: {name: chat, namespace: chat}
spec:
  containers:
    - name: chat
      image: registry.example.com/chat@sha256:0
      env: [{name: NODE, valueFrom: {fieldRef: {fieldPath: spec.node}}}]
"""
GOOD = BAD.replace("spec.node", "spec.nodeName")
FIELDS = frozenset(
    {
        "metadata.name",
        "metadata.namespace",
        "metadata.uid",
        "spec.host",
        "spec.nodeName",
        "spec.serviceAccountName",
        "status.hostIP",
        "status.hostIPs",
        "status.podIP",
        "status.podIPs",
    }
)
IN_VOLUMES = frozenset(
    {"metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid"}
)
SUBSCRIPTED = ("metadata.annotations['", "metadata.labels['")
AMOUNTS = frozenset(
    f"{kind}.{name}" for kind in ("limits", "requests") for name in ("cpu", "memory", "ephemeral-storage")
)
OF_CPU = ("", "0", "1", "1m")
OF_BYTES = ("", "0", "1", *(f"1{unit}" for unit in "kMGTPE"), *(f"1{unit}i" for unit in "KMGTPE"))
HUGE_PAGES = ("limits.hugepages-", "requests.hugepages-")


@rule(
    "WRK010",
    severity=Severity.SYNC,
    rows=("W3",),
    kinds=POD_KINDS,
    fix="leave one source, and name a field that pods have",
)
def variable_is_refused(workload: Manifest, world: World) -> Iterator[Hit]:
    """Judge every variable that is not a plain value, and every file of the pod's own fields."""
    for pod in world.pods.made_by(workload):
        is_own = kind_of(workload) in OWN_KINDS
        for container in pod.containers:
            for index, variable in sourced(container):
                yield from of_variable(variable, f"{container.pointer}/env/{index}", is_own=is_own)
        for index, volume in mappings_at(pod.spec, "volumes") if "volumes" in pod.spec else ():
            for where, items in files_of(volume, f"{pod.pointer}/volumes/{index}"):
                for number, item in items:
                    who = f"file {text_at(item, 'path')} of volume {text_at(volume, 'name')}"
                    yield from of_source(item, IN_VOLUMES, who, f"{where}/items/{number}")


def sourced(container: Container) -> list[tuple[int, dict[str, Any]]]:
    """The variables that are not plain values."""
    written = container.body.get("env")
    if not isinstance(written, list):
        return []
    return [(index, one) for index, one in enumerate(written) if isinstance(one, dict) and "valueFrom" in one]


def of_variable(variable: dict[str, Any], where: str, *, is_own: bool) -> Iterator[Hit]:
    """Its sources."""
    name, source = text_at(variable, "name"), variable["valueFrom"]
    if not isinstance(source, dict):
        return  # null is no source, and all else is told by the schema
    kinds = [str(key) for key, value in source.items() if value is not None]
    if len(kinds) != 1 and is_own:
        return  # told by the schema
    if len(kinds) != 1:
        what = f"comes from {' and '.join(kinds)} at once" if kinds else "says `valueFrom` without a source"
        yield Hit(f"{where}/valueFrom", f"variable {name} {what}")
    elif variable.get("value"):
        yield Hit(f"{where}/valueFrom", f"variable {name} has a value and a source")
    else:
        yield from of_source(source, FIELDS, f"variable {name}", f"{where}/valueFrom")


def of_key(path: str) -> str:
    """What is wrong with the label or annotation that a path names, in words; "" if nothing is."""
    if not path.startswith(SUBSCRIPTED) or not path.endswith("']"):
        return ""
    key = path[:-2].partition("['")[2]
    return qualified(key.lower() if path.startswith("metadata.annotations") else key)


def files_of(volume: dict[str, Any], where: str) -> Iterator[tuple[str, list[tuple[int, dict[str, Any]]]]]:
    """The lists of files that show fields of the pod."""
    if "downwardAPI" in volume:
        yield f"{where}/downwardAPI", mappings_at(volume, "downwardAPI", "items")
    for index, source in mappings_at(volume, "projected", "sources") if "projected" in volume else ():
        yield f"{where}/projected/sources/{index}/downwardAPI", mappings_at(source, "downwardAPI", "items")


def of_source(source: dict[str, Any], fields: frozenset[str], who: str, where: str) -> Iterator[Hit]:
    """A field of the pod, or an amount of one of its containers."""
    if fields is IN_VOLUMES and bool(source.get("fieldRef")) is bool(source.get("resourceFieldRef")):
        yield Hit(where, f"{who} comes from one of fieldRef and resourceFieldRef")
        return
    path = text_at(mapping_at(source, "fieldRef"), "fieldPath")
    wrong = of_key(path)
    if wrong and not is_variable(path):
        yield Hit(f"{where}/fieldRef/fieldPath", f"{who} asks for {path}, whose key {wrong}")
    if path and path not in fields and not path.startswith(SUBSCRIPTED) and not is_variable(path):
        yield Hit(f"{where}/fieldRef/fieldPath", f"{who} asks for {path}, which cannot be read")
    amount = mapping_at(source, "resourceFieldRef")
    asked, container = text_at(amount, "resource"), text_at(amount, "containerName")
    if asked and asked not in AMOUNTS and not asked.startswith(HUGE_PAGES) and not is_variable(asked):
        yield Hit(f"{where}/resourceFieldRef/resource", f"{who} asks for {asked}, which cannot be read")
    share = str(amount.get("divisor") or "")
    parts = OF_CPU if asked.endswith(".cpu") else OF_BYTES
    if share not in parts and share.removesuffix("000m") not in parts and not is_variable(f"{asked}{share}"):
        where_it_is = f"{where}/resourceFieldRef/divisor"
        yield Hit(where_it_is, f"{who} is counted in parts of {share}; {asked} may be in {', '.join(parts[2:])}")
    if amount and not container and fields is IN_VOLUMES:
        yield Hit(f"{where}/resourceFieldRef", f"{who} names no container")
