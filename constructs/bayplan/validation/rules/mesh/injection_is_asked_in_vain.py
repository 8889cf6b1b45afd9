"""Pods ask for a sidecar and get none.

The webhook looks at labels: the annotation alone does nothing outside of a labelled namespace, a namespace that is
labelled against injection is never looked at, and pods on the host's network are left alone. The pods run without a
proxy, outside of the mesh. Label the namespace, or the pods where their namespace has no label.

Source: <https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/#controlling-the-injection-policy>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.manifests.pointer import step
from bayplan.validation.finding import Severity
from bayplan.validation.mesh.injection import INJECT, INJECTION, annotations_of, annotations_pointer, is_injected
from bayplan.validation.pods import WORKLOAD_KINDS
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: v1
kind: Namespace
metadata: {name: chat, labels: {istio-injection: disabled}}
---
apiVersion: v1
kind: Pod
metadata: {name: chat, namespace: chat, labels: {app: chat, sidecar.istio.io/inject: "true"}}
spec:
  containers: [{name: chat, image: "registry.example.com/chat@sha256:0"}]
"""
GOOD = BAD.replace("istio-injection: disabled", "team: chat")


@rule(
    "MSH042",
    severity=Severity.DOWN,
    rows=("I7",),
    kinds=WORKLOAD_KINDS,
    fix="label the namespace, or the pods where their namespace has no label",
)
def injection_is_asked_in_vain(workload: Manifest, world: World) -> Iterator[Hit]:
    """Compare what pods ask for with what the webhook and istiod make of it."""
    for pod in world.pods.made_by(workload):
        annotation_ = annotations_of(pod).get(INJECT, "")
        if "true" not in (pod.labels.get(INJECT), annotation_) or world.injection.is_absent:
            continue
        if pod.labels.get(INJECT) == "false" or is_injected(pod, world) is not False:
            continue
        labels = world.injection.labels_of(pod.namespace) or {}
        why = f"its namespace says {INJECTION}={labels[INJECTION]}" if INJECTION in labels else "only a label is read"
        why = "its pods use the host's network" if pod.spec.get("hostNetwork") is True else why
        where = annotations_pointer(pod)
        where = where if annotation_ == "true" else where.removesuffix("annotations") + "labels"
        yield Hit(step(where, INJECT), f"asks for a sidecar and gets none: {why}")
