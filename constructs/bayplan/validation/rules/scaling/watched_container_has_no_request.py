"""An autoscaler measures by a request that a container does not make.

Load is measured as a share of what is requested. Where one container of a pod requests nothing of that resource, the
share cannot be told (`missing request for cpu`) and nothing is scaled, whatever the load; sidecars count. KEDA's
webhook refuses the ScaledObject as well, though never in a dry run. Request the resource in every container, sidecars
among them, or watch one container (`ContainerResource`, `containerName`).

Source: <https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#support-for-resource-metrics>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.fields import is_variable, mapping_at
from bayplan.validation.finding import Severity, Status
from bayplan.validation.kinds import kind_of
from bayplan.validation.limits import LIMIT_RANGE, defaults_of
from bayplan.validation.mesh.injection import is_injected
from bayplan.validation.mesh.sidecar import PROXY, sidecar_of
from bayplan.validation.rule import Hit, rule
from bayplan.validation.scaling import AUTOSCALER_KINDS, HPA, autoscaler_of
from bayplan.validation.triggers import resource_metrics

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.pods import Container, Pod
    from bayplan.validation.triggers import Metric
    from bayplan.validation.world import World

BAD = """
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: chat, namespace: chat}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: chat}
  minReplicas: 2
  maxReplicas: 6
  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 70}}}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: chat, namespace: chat}
spec:
  selector: {matchLabels: {app: chat}}
  template:
    metadata: {labels: {app: chat}}
    spec:
      containers:
        - {name: chat, image: "registry.example.com/chat@sha256:0", resources: {requests: {cpu: 100m}}}
        - {name: log, image: "registry.example.com/log@sha256:0", resources: {requests: {memory: 100Mi}}}
"""
GOOD = BAD.replace("{memory: 100Mi}", "{memory: 100Mi, cpu: 10m}")

WEBHOOKS_ADD = frozenset({PROXY, "daprd", "linkerd-proxy", "vault-agent"})
"""Names of containers that webhooks add."""


@rule(
    "SCL009",
    severity=Severity.LOSS,
    rows=("H6",),
    kinds=AUTOSCALER_KINDS,
    fix="request the resource in every container that counts, sidecars too",
)
def watched_container_has_no_request(autoscaler: Manifest, world: World) -> Iterator[Hit]:
    """Look at every container that counts for a metric, after the defaults of the namespace."""
    target = autoscaler_of(autoscaler).target
    owners = world.inventory.by_ref.get(target, ())
    if len(owners) != 1:
        return
    for metric in resource_metrics(autoscaler):
        for pod in world.pods.made_by(owners[0]):
            message = complaint(metric, pod, autoscaler, world)
            if message:
                doubt = world.doubt(LIMIT_RANGE, autoscaler.ref.namespace)
                unsure = " of the pod as a whole" in message
                yield Hit(metric.pointer, message + doubt.doubt, Status.UNKNOWN if unsure else doubt.status)


def complaint(metric: Metric, pod: Pod, autoscaler: Manifest, world: World) -> str:
    """What a metric lacks in a pod, in words; "" if nothing."""
    defaults = defaults_of(pod.namespace, world).given
    counted = counting(metric, pod, autoscaler, world)
    if metric.container and not counted:
        is_added = metric.container in WEBHOOKS_ADD and is_injected(pod, world) is not False
        names = ", ".join(one.name for one in pod.containers if one.role != "init")
        told = f"watches container {metric.container}, but {pod.owner.ref} has only {names}"
        return "" if is_added or is_variable(metric.container) else told
    lacking = sorted({one.name for one in counted if metric.resource not in defaults(one.body)["requests"]})
    if not lacking or not (metric.is_share or is_refused(autoscaler, pod)):
        return ""
    told = f"watches {metric.resource}, of which container {', '.join(lacking)} of {pod.owner.ref} requests none"
    if asks_as_a_whole(pod, metric.resource) and not metric.container:
        return f"{told}: KEDA's webhook does not see the request of the pod as a whole" if is_keda(autoscaler) else ""
    return told


def counting(metric: Metric, pod: Pod, autoscaler: Manifest, world: World) -> list[Container]:
    """The containers that count: those that stay, the mesh's among them; KEDA's webhook looks at plain ones alone."""
    own = [one for one in pod.containers if one.role != "init"]
    added = [one for one in sidecar_of(pod, world) if one.role != "init" and one.name not in {it.name for it in own}]
    staying = [*own, *added]
    if not metric.is_share and is_keda(autoscaler):
        staying = [one for one in own if one.role == "container"]
    return [one for one in staying if metric.container in ("", one.name)]


def is_keda(autoscaler: Manifest) -> bool:
    """Whether KEDA's webhook judges it."""
    return kind_of(autoscaler) != HPA


def is_refused(autoscaler: Manifest, pod: Pod) -> bool:
    """Whether KEDA's webhook asks for a request although nothing is measured by it."""
    return is_keda(autoscaler) and kind_of(pod.owner) in ("Deployment.apps", "StatefulSet.apps")


def asks_as_a_whole(pod: Pod, resource: str) -> bool:
    """Whether the pod as a whole asks for a resource (pod-level resources, since Kubernetes 1.34)."""
    return any(resource in mapping_at(pod.spec, "resources", part) for part in ("requests", "limits"))
