"""The Service that a StatefulSet names gives its pods no names of their own.

Only a headless Service (`clusterIP: None`) that selects the pods makes DNS answer for each of them (`web-0.web`). With
another one, or with one that selects other pods, only names of the whole resolve, and members never find each other.
Make a second, headless Service and name that one.

Source: <https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#stable-network-id>
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bayplan.validation import selectors
from bayplan.validation.fields import is_variable, text_at, texts_at
from bayplan.validation.finding import Confidence, Severity, Status
from bayplan.validation.rule import Hit, rule
from bayplan.validation.served import services

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: store, namespace: chat}
spec:
  serviceName: store
  selector: {matchLabels: {app: store}}
  template:
    metadata: {labels: {app: store}}
    spec: {containers: [{name: store, image: "registry.example.com/store@sha256:0"}]}
---
apiVersion: v1
kind: Service
metadata: {name: store, namespace: chat}
spec:
  type: ClusterIP
  selector: {app: store}
  ports: [{name: tcp, port: 5432}]
"""
GOOD = BAD.replace("type: ClusterIP", "clusterIP: None")


@rule(
    "WRK015",
    severity=Severity.DOWN,
    rows=("W9",),
    kinds=("StatefulSet.apps", "StatefulSet.apps.kruise.io"),
    confidence=Confidence.LOW,
    fix="name a Service with `clusterIP: None` that selects these pods",
)
def stateful_set_service_names_no_pods(workload: Manifest, world: World) -> Iterator[Hit]:
    """Look whether the Service is headless and selects the pods."""
    name = text_at(workload.body, "spec", "serviceName")
    service = services(world, workload.ref.namespace, name) if name else ()
    if not service:
        return
    address, labels = text_at(service[0].body, "spec", "clusterIP"), texts_at(service[0].body, "spec", "selector")
    if address != "None" and not is_variable(address):
        told = f"names Service {name}, which is not headless: it gives pods no names"
        if needs_names(workload, name, world):
            yield Hit("/spec/serviceName", told)
        else:
            yield Hit("/spec/serviceName", f"{told}, but it runs once and may need none", Status.UNKNOWN)
        return
    selector = selectors.of_labels(labels)
    for pod in world.pods.made_by(workload)[:1]:
        fixed = {key: value for key, value in labels.items() if key not in pod.added_labels}
        if labels and not selectors.of_labels(fixed).admits(pod.labels) and not any(map(is_variable, labels.values())):
            message = f"names Service {name}, which selects {selector} and not these pods"
            yield Hit("/spec/serviceName", message)


def needs_names(workload: Manifest, service: str, world: World) -> bool:
    """Whether pods may look for each other: there are several, or one of them is named in the object."""
    several = any(pod.count.most is None or pod.count.most > 1 for pod in world.pods.made_by(workload))
    return (
        several
        or re.search(rf"{re.escape(workload.ref.name)}-\d+\.{re.escape(service)}\b", str(workload.body)) is not None
    )
