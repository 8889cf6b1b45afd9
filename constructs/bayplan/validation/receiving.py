"""Which pods behind a Service get its traffic, and whether they are of one application.

The endpoints controller looks a port by name up in every pod: one without it gets nothing. A number is taken as it is.

Source: <https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports>
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from bayplan.validation.fields import is_variable, mappings_at, text_at
from bayplan.validation.kinds import kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.pods import Pod

IDENTITIES = ("app.kubernetes.io/name", "app", "k8s-app")
"""Labels that say which application pods are of."""
VARIANT = re.compile(r"-(?:active|baseline|blue|canary|green|next|preview|primary|stable|v?\d+)$")
"""Ends of names under which one application runs twice."""
ENDING = frozenset({"CronJob.batch", "Job.batch", "ScaledJob.keda.sh"})
"""Kinds whose pods come to do one thing and go."""


class Target(NamedTuple):
    """A port of pods that a Service sends to."""

    port: int | str
    protocol: str

    def __str__(self) -> str:
        return f"port {self.port}"

    def is_declared(self, pod: Pod) -> bool:
        """Whether the pods declare it."""
        key = "name" if isinstance(self.port, str) else "containerPort"
        return any(port.get(key) == self.port and protocol_of(port) == self.protocol for port in declared(pod))

    def is_surely_closed(self, pod: Pod) -> bool:
        """Whether the pods, as far as they can say, do not listen there."""
        if self.is_declared(pod) or isinstance(self.port, str):
            return False
        return kind_of(pod.owner) in ENDING or any(protocol_of(port) == self.protocol for port in declared(pod))


def targets_of(service: Manifest) -> Iterator[Target]:
    """What the ports of a Service lead to."""
    for _, port in mappings_at(service.body, "spec", "ports"):
        target = port.get("targetPort") or port.get("port")
        if isinstance(target, int | str) and not (isinstance(target, str) and is_variable(target)):
            yield Target(target, protocol_of(port))


def receives(pod: Pod, target: Target) -> bool:
    """Whether pods become endpoints of a port."""
    return isinstance(target.port, int) or target.is_declared(pod)


def declared(pod: Pod) -> Iterator[dict[str, Any]]:
    """The ports of containers that stay."""
    for container in pod.containers:
        if container.role != "init":
            yield from (port for _, port in mappings_at(container.body, "ports"))


def protocol_of(port: dict[str, Any]) -> str:
    """The protocol of a port."""
    return text_at(port, "protocol") or "TCP"


def is_same_application(one: Pod, other: Pod) -> bool:
    """Whether pods are of one application, as far as their labels and images tell: what is not sure counts as one."""
    for key in IDENTITIES:
        name, second = one.labels.get(key, ""), other.labels.get(key, "")
        if name and second:
            differ = VARIANT.sub("", name) != VARIANT.sub("", second)
            return not differ or is_variable(name + second) or bool(images(one) & images(other))
    return True


def images(pod: Pod) -> frozenset[str]:
    """The images of the containers, without tag and digest."""
    found = (text_at(one.body, "image").partition("@")[0] for one in pod.containers if one.role == "container")
    return frozenset(re.sub(r":[^/]*$", "", image) for image in found) - {""}
