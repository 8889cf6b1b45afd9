"""A DestinationRule and the server's PeerAuthentication do not agree on TLS.

Callers that are told to speak in the clear, or TLS of their own, are cut off by a server that takes mutual TLS alone;
callers told to speak ISTIO_MUTUAL are not understood by pods without a proxy. Every call fails with 503. Leave `tls`
out: Istio chooses what the server takes.

Source: <https://istio.io/latest/docs/ops/common-problems/network-issues/#503-errors-after-setting-destination-rule>
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bayplan.manifests.pointer import pointer
from bayplan.validation.fields import (
    mapping_at,
    mappings_at,
    text_at,
    texts_at,
    whole_at,
)
from bayplan.validation.finding import Severity, Status
from bayplan.validation.hosts import full_name, service_behind
from bayplan.validation.mesh.injection import is_in_mesh, is_injected
from bayplan.validation.mesh.kinds import DESTINATION_RULE
from bayplan.validation.mesh.mtls import PLAIN, STRICT, mode_of
from bayplan.validation.rule import Hit, rule
from bayplan.validation.served import services

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.mesh.workloads import Workload
    from bayplan.validation.pods import Pod
    from bayplan.validation.world import World

BAD = """
apiVersion: v1
kind: Namespace
metadata: {name: chat, labels: {istio-injection: enabled}}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: chat}
spec: {mtls: {mode: STRICT}}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: chat, namespace: chat}
spec:
  host: chat
  trafficPolicy: {tls: {mode: DISABLE}}
---
apiVersion: v1
kind: Service
metadata: {name: chat, namespace: chat}
spec:
  selector: {app: chat}
  ports: [{name: http, port: 80, targetPort: 8080}]
---
apiVersion: v1
kind: Pod
metadata: {name: chat, namespace: chat, labels: {app: chat}}
spec:
  containers: [{name: chat, image: "registry.example.com/chat@sha256:0", ports: [{containerPort: 8080}]}]
"""
GOOD = BAD.replace("mode: DISABLE", "mode: ISTIO_MUTUAL")


@rule(
    "MSH038",
    severity=Severity.DOWN,
    rows=("I6",),
    kinds=(DESTINATION_RULE,),
    fix="leave tls out, or let both agree",
)
def tls_modes_do_not_meet(policy: Manifest, world: World) -> Iterator[Hit]:
    """Compare every TLS setting of the rule with what the pods behind the host take on that port."""
    settings = list(settings_of(policy))
    full = full_name(text_at(policy.body, "spec", "host"), policy.ref.namespace)
    behind = service_behind(full) if settings else None
    if behind is None:
        return
    name, namespace = behind
    for service in services(world, namespace, name):
        labels = texts_at(service.body, "spec", "selector")
        if not labels:
            continue
        pods = world.mesh.workloads.selected(labels, namespace)
        for where, tls, number in settings:
            for port in targets_of(service, number):
                why = next((why for one in pods if (why := quarrel(text_at(tls, "mode"), one, port, world))), None)
                if why:
                    yield Hit(f"{where}/mode", *why)
                    break


def settings_of(policy: Manifest) -> Iterator[tuple[str, dict[str, Any], int | None]]:
    """TLS settings with their pointer and the port of the Service that they are for; None for all."""
    top = mapping_at(policy.body, "spec", "trafficPolicy")
    if "tls" in top:
        yield "/spec/trafficPolicy/tls", mapping_at(top, "tls"), None
    for index, one in mappings_at(top, "portLevelSettings"):
        if "tls" in one:
            where = pointer("spec", "trafficPolicy", "portLevelSettings", index, "tls")
            yield where, mapping_at(one, "tls"), whole_at(one, "port", "number")
    for index, subset in mappings_at(policy.body, "spec", "subsets"):
        if "tls" in mapping_at(subset, "trafficPolicy"):
            where = pointer("spec", "subsets", index, "trafficPolicy", "tls")
            yield where, mapping_at(subset, "trafficPolicy", "tls"), None


def targets_of(service: Manifest, number: int | None) -> list[object]:
    """What a Service turns a port into, or all of its ports."""
    listed = [port for _, port in mappings_at(service.body, "spec", "ports") if number in (None, port.get("port"))]
    return [port.get("targetPort") or port.get("port") for port in listed]


def quarrel(mode: str, workload: Workload, target: object, world: World) -> tuple[str, Status] | None:
    """Why callers with a mode and some pods do not understand each other; None if they do, or nobody can tell."""
    pod = workload.pod
    if pod is None:
        return None
    if mode == "ISTIO_MUTUAL":
        if is_in_mesh(pod, world) is False and world.mesh.is_declared:
            return (
                f"asks for ISTIO_MUTUAL, which the pods of {pod.owner.ref} do not speak: they have no proxy",
                Status.BROKEN,
            )
        taken = mode_of(workload, number_of(pod, target), world)
        if taken.name == PLAIN and taken.policy and is_injected(pod, world):
            told = f"asks for ISTIO_MUTUAL, but {taken.policy.ref} has the pods of {pod.owner.ref} take no TLS"
            return told, world.mesh.status_with(taken.policy)
        return None
    taken = mode_of(workload, number_of(pod, target), world)
    if mode in ("DISABLE", "MUTUAL", "SIMPLE") and taken.name == STRICT and taken.policy and is_in_mesh(pod, world):
        told = f"asks for {mode}, but {taken.policy.ref} has the pods of {pod.owner.ref} take mutual TLS alone"
        return told, world.mesh.status_with(taken.policy)
    return None


def number_of(pod: Pod, target: object) -> int | None:
    """The number of a port, looked up in the containers if it is a name."""
    if isinstance(target, int):
        return target
    for container in pod.containers:
        for _, port in mappings_at(container.body, "ports"):
            if port.get("name") == target:
                return whole_at(port, "containerPort")
    return None
