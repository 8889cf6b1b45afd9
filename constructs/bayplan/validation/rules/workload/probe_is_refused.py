"""A probe or a lifecycle handler is one that the API server refuses.

It refuses the pod with it, and the object that holds its template. A probe asks in exactly one way; its numbers are not
negative; liveness and startup succeed at the first answer; init containers that end have neither probes nor lifecycle;
a `sleep` ends before the pod's grace period does. Write what is meant, or leave the field out.

Source: <https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#Probe>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.fields import value_at, whole_at
from bayplan.validation.finding import Severity
from bayplan.validation.kinds import kind_of
from bayplan.validation.pod_parts import ACTIONS, OWN_KINDS, events_of, probes_of
from bayplan.validation.pods import POD_KINDS
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.pod import Container, Pod
    from bayplan.validation.pod_parts import Handler
    from bayplan.validation.world import World

BAD = """
apiVersion: v1
kind: Pod
metadata: {name: chat, namespace: chat}
spec:
  containers:
    - name: chat
      image: registry.example.com/chat@sha256:0
      livenessProbe: {successThreshold: 2, tcpSocket: {port: 8080}}
"""
GOOD = BAD.replace("successThreshold: 2", "failureThreshold: 2")
NUMBERS = ("initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold")
ENDING = ("livenessProbe", "readinessProbe", "startupProbe", "lifecycle")
DEFAULT_GRACE = 30


@rule(
    "WRK008",
    severity=Severity.SYNC,
    rows=("W3",),
    kinds=POD_KINDS,
    fix="write the probe or handler as the API server takes it",
)
def probe_is_refused(workload: Manifest, world: World) -> Iterator[Hit]:
    """Judge every probe and handler of every container."""
    is_own = kind_of(workload) in OWN_KINDS
    for pod in world.pods.made_by(workload):
        for container in pod.containers:
            if container.role == "init":
                yield from of_init_container(container)
                continue
            for probe in probes_of(container):
                if not is_own:
                    yield from of_fields(probe, container, may_fill=pod.is_completed)
                yield from of_probe(probe, container)
            for event in events_of(container):
                yield from of_event(event, container, pod, is_own=is_own)


def of_init_container(container: Container) -> Iterator[Hit]:
    """What only containers that stay may have."""
    for field in ENDING:
        written = container.body.get(field)
        if isinstance(written, dict) and set(written) != {"stopSignal"}:
            message = f"init container {container.name} has {field}; only those with `restartPolicy: Always` may"
            yield Hit(f"{container.pointer}/{field}", message)


def of_fields(probe: Handler, container: Container, *, may_fill: bool) -> Iterator[Hit]:
    """Ways to ask, and numbers. Operators fill in how to ask."""
    who = f"{probe.field} of container {container.name}"
    ways = ways_of(probe)
    if len(ways) != 1 and not (may_fill and not ways):
        yield Hit(probe.pointer, f"{who} {asks(ways)}")
    for name in NUMBERS:
        number = whole_at(probe.body, name)
        if number is not None and number < 0:
            yield Hit(f"{probe.pointer}/{name}", f"{name} of {who} is {number}: it must not be negative")


def of_probe(probe: Handler, container: Container) -> Iterator[Hit]:
    """What only some probes may say."""
    who = f"{probe.field} of container {container.name}"
    wanted = whole_at(probe.body, "successThreshold")
    if probe.field != "readinessProbe" and wanted is not None and wanted > 1:
        yield Hit(f"{probe.pointer}/successThreshold", f"successThreshold of {who} is {wanted}: it must be 1")
    grace = whole_at(probe.body, "terminationGracePeriodSeconds")
    if grace is not None and probe.field == "readinessProbe":
        message = f"{who} has a grace period, which is for the others: it ends nothing"
        yield Hit(f"{probe.pointer}/terminationGracePeriodSeconds", message)
    if value_at(probe.body, "exec") is not None and not value_at(probe.body, "exec", "command"):
        yield Hit(f"{probe.pointer}/exec", f"{who} executes no command")


def of_event(event: Handler, container: Container, pod: Pod, *, is_own: bool) -> Iterator[Hit]:
    """Ways to act, and how long a pause may be."""
    who = f"{event.field} of container {container.name}"
    ways = ways_of(event)
    if len(ways) != 1 and not is_own:
        yield Hit(event.pointer, f"{who} {asks(ways)}")
    pause = whole_at(event.body, "sleep", "seconds")
    said = whole_at(pod.spec, "terminationGracePeriodSeconds")
    grace = DEFAULT_GRACE if said is None else said
    if pause is not None and not 0 <= pause <= grace:
        yield Hit(f"{event.pointer}/sleep/seconds", f"{who} sleeps {pause} s, and the pod has {grace} s to end")


def ways_of(handler: Handler) -> list[str]:
    """How a handler asks or acts."""
    return [name for name in ACTIONS if handler.body.get(name) is not None]


def asks(ways: list[str]) -> str:
    """What is wrong with the number of ways."""
    return f"has {' and '.join(ways)}: one at a time" if ways else "says no way to ask: exec, httpGet, tcpSocket, grpc"
