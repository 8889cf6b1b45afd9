"""A headless Service is to get an address, and stays headless.

The API server keeps the address of a Service where the new object names none, and `None` is an address to it. The
change is accepted, Flux is green, and nothing has changed: the name still resolves to single pods, without balancing,
and the manifest in the repository is not what runs. Delete the Service once, or make one with another name.

Source: <https://github.com/kubernetes/kubernetes/blob/v1.37.0/pkg/registry/core/service/storage/storage.go>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.changes import changed
from bayplan.validation.fields import mapping_at
from bayplan.validation.finding import Severity, Status
from bayplan.validation.immutable import address_of
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BASE = """
apiVersion: v1
kind: Service
metadata: {name: chat, namespace: chat}
spec:
  clusterIP: None
  selector: {app: chat}
  ports: [{name: http, port: 80, targetPort: 80}]
---
apiVersion: v1
kind: Pod
metadata: {name: chat, namespace: chat, labels: {app: chat}}
spec:
  containers: [{name: chat, image: "registry.example.com/chat@sha256:0", ports: [{name: http, containerPort: 80}]}]
"""
BAD = BASE.replace("  clusterIP: None\n", "")
GOOD = BASE.replace("name: http, port: 80, ", "name: http, port: 80, appProtocol: http, ")


@rule(
    "CHG009",
    severity=Severity.LOSS,
    rows=("F8",),
    kinds=("Service",),
    needs_base=True,
    fix="delete the Service once, or make one with another name",
)
def service_stays_headless(service: Manifest, world: World) -> Iterator[Hit]:
    """Yield a Service that names no address any more after None."""
    for before, doubt in changed(service, world):
        old, new = mapping_at(before.body, "spec"), mapping_at(service.body, "spec")
        kinds = {old.get("type") or "ClusterIP", new.get("type") or "ClusterIP"}
        if address_of(old) == "None" and not address_of(new) and "ExternalName" not in kinds:
            yield Hit(
                "/spec/clusterIP",
                f"names no address, and keeps None as long as it is there{doubt and f', but {doubt}'}",
                Status.UNKNOWN if doubt else Status.BROKEN,
            )
