"""A Service sends to a port that its pods do not have.

A `targetPort` by name is looked up in every pod: if none has a port of that name and protocol, the Service has the
addresses of its pods and no port to send to, and every connection fails. A number is not looked up, a program may
listen on a port that it does not declare: then it can only be said that the numbers differ, except for objects that
bayplan rendered, which declare all.

Source: <https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.manifests.origin import ORIGIN
from bayplan.manifests.pointer import pointer
from bayplan.validation import selectors
from bayplan.validation.fields import annotation, is_variable, mappings_at, text_at, texts_at, value_at
from bayplan.validation.finding import Severity, Status
from bayplan.validation.receiving import declared, protocol_of
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.pods import Pod
    from bayplan.validation.world import World

BAD = """
apiVersion: v1
kind: Service
metadata: {name: chat, namespace: chat}
spec:
  selector: {app: chat}
  ports: [{name: http, port: 80, targetPort: http}]
---
apiVersion: v1
kind: Pod
metadata: {name: chat, namespace: chat, labels: {app: chat}}
spec:
  containers:
    - name: chat
      image: registry.example.com/chat@sha256:0
      ports: [{name: web, containerPort: 8080}]
"""
GOOD = BAD.replace("name: web", "name: http")

PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
PROBE_ACTIONS = ("httpGet", "tcpSocket", "grpc")


@rule(
    "NET002",
    severity=Severity.DOWN,
    rows=("S2",),
    kinds=("Service",),
    fix="name a port that the pods declare, or declare it",
)
def target_port_is_not_declared(service: Manifest, world: World) -> Iterator[Hit]:
    """Compare every port of a Service with the ports of the pods that it selects."""
    labels = texts_at(service.body, "spec", "selector")
    if not labels or text_at(service.body, "spec", "type") == "ExternalName":
        return
    pods = world.pods.selected(service.ref.namespace, selectors.of_labels(labels))
    if not pods:
        return  # NET001 has said so
    for index, port in mappings_at(service.body, "spec", "ports"):
        target = port.get("targetPort") or port.get("port")
        where = pointer("spec", "ports", index, "targetPort" if "targetPort" in port else "port")
        protocol = text_at(port, "protocol") or "TCP"
        match target:
            case str() if not is_variable(target):
                yield from judge_name(target, protocol, pods, where)
            case int() if text_at(service.body, "spec", "clusterIP") != "None":
                yield from judge_number(target, protocol, pods, where)


def judge_name(name: str, protocol: str, pods: tuple[Pod, ...], where: str) -> Iterator[Hit]:
    """A name must be declared by at least one pod, with the same protocol."""
    ports = (port for pod in pods for port in declared(pod))
    if any(text_at(port, "name") == name and protocol_of(port) == protocol for port in ports):
        return
    known = sorted({text_at(port, "name") for pod in pods for port in declared(pod)} - {""})
    owners = ", ".join(sorted({str(pod.owner.ref) for pod in pods}))
    has = f"has only {', '.join(known)}" if known else "names no port"
    yield Hit(where, f"sends to {protocol} port {name!r}; {owners} {has}")


def judge_number(number: int, protocol: str, pods: tuple[Pod, ...], where: str) -> Iterator[Hit]:
    """A number that differs from all that is declared is worth a look, if anything is declared at all."""
    for pod in pods:
        numbers = [port.get("containerPort") for port in declared(pod) if protocol_of(port) == protocol]
        if not numbers or number in numbers or (protocol == "TCP" and number in probed(pod)):
            return
    owner = pods[0].owner
    told = ", ".join(sorted({str(port.get("containerPort")) for pod in pods for port in declared(pod)}))
    sure = bool(annotation(owner.body, ORIGIN))
    message = f"sends to {protocol} port {number}; {owner.ref} declares only {told}"
    doubt = "" if sure else ", but may listen on what it does not declare"
    yield Hit(where, message + doubt, Status.BROKEN if sure else Status.UNKNOWN)


def probed(pod: Pod) -> frozenset[object]:
    """Port numbers that the kubelet asks: something must listen there."""
    found = (
        value_at(one.body, probe, action, "port")
        for one in pod.containers
        for probe in PROBES
        for action in PROBE_ACTIONS
    )
    return frozenset(port for port in found if isinstance(port, int))
