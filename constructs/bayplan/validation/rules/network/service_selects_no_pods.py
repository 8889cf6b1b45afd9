"""A Service selects no pods.

Its name resolves, and every connection to it is refused or hangs: the Service has no endpoints. Usually a label was
renamed on one side only, or the Service stands in another namespace than its pods: a selector never leaves its own.
Give the selector the labels of the pod template that should answer.

Source: <https://kubernetes.io/docs/concepts/services-networking/service/#defining-a-service>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation import selectors
from bayplan.validation.charts import is_of_a_chart
from bayplan.validation.fields import is_variable, text_at, texts_at
from bayplan.validation.finding import Severity, Status
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: v1
kind: Service
metadata: {name: chat, namespace: chat}
spec:
  selector: {app: chatt}
  ports: [{name: http, port: 80}]
---
apiVersion: v1
kind: Pod
metadata: {name: chat, namespace: chat, labels: {app: chat}}
spec:
  containers: [{name: chat, image: "registry.example.com/chat@sha256:0", ports: [{containerPort: 80}]}]
"""
GOOD = BAD.replace("chatt", "chat")

SET_BY_PROGRAMS = ("role", "-role", "/role", "leader", "/leader", "/primary", "-active", "-initialized", "-sealed")
"""Ends of labels that programs put on their own pods, to lead a Service to the one that is in charge."""


@rule(
    "NET001",
    severity=Severity.DOWN,
    rows=("S1",),
    kinds=("Service",),
    fix="use the labels of the pod template that should answer",
)
def service_selects_no_pods(service: Manifest, world: World) -> Iterator[Hit]:
    """Look for a template in the Service's namespace that carries all labels of the selector."""
    labels = texts_at(service.body, "spec", "selector")
    if not labels or text_at(service.body, "spec", "type") == "ExternalName":
        return  # somebody else writes the endpoints, or there are none
    namespace = service.ref.namespace
    if any(map(is_variable, [*labels, *labels.values()])) or world.pods.selected(
        namespace, selectors.of_labels(labels)
    ):
        return
    where = f" in namespace {namespace}" if namespace else ""
    message = f"selects {selectors.of_labels(labels)}: no pod template{where} carries that"
    if set_at_run_time(labels, namespace, world):
        yield Hit("/spec/selector", f"{message}, but the label may be set while the pods run", Status.UNKNOWN)
        return
    if is_of_a_chart(world, namespace, labels.values()):
        return
    doubt = world.doubt("Pod", namespace)
    yield Hit("/spec/selector", message + doubt.doubt, doubt.status)


def set_at_run_time(labels: Mapping[str, str], namespace: str, world: World) -> bool:
    """Whether pods match as far as their templates can say: what is left is set by their controller or program."""
    fixed = {key: value for key, value in labels.items() if not key.endswith(SET_BY_PROGRAMS)}
    if len(fixed) < len(labels) and fixed and world.pods.selected(namespace, selectors.of_labels(fixed)):
        return True
    return bool(world.pods.selected_when_running(namespace, labels))
