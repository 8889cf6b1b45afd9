"""Parts of pods that several rules look at: probes, lifecycle handlers, the names of volumes and ports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from bayplan.validation.fields import mapping_at, mappings_at, text_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.validation.pod import Container, Pod

OWN_KINDS = frozenset(
    {
        *("CronJob.batch", "DaemonSet.apps", "Deployment.apps", "Job.batch", "Pod", "PodTemplate", "ReplicaSet.apps"),
        *("ReplicationController", "StatefulSet.apps"),
    }
)
"""Kubernetes' own kinds that make pods. There the schemas judge each field of the pod alone, and its rules only how the
fields fit each other; in templates of others nobody else looks before the API server does."""
PROBES = ("startupProbe", "readinessProbe", "livenessProbe")
EVENTS = ("postStart", "preStop")
ACTIONS = ("exec", "httpGet", "tcpSocket", "grpc", "sleep")


class Handler(NamedTuple):
    """A probe or a lifecycle handler."""

    field: str
    """`readinessProbe`, `preStop`."""
    body: dict[str, Any]
    pointer: str


def probes_of(container: Container) -> Iterator[Handler]:
    """The probes of a container."""
    for field in PROBES:
        if field in container.body and isinstance(body := container.body[field], dict):
            yield Handler(field, body, f"{container.pointer}/{field}")


def events_of(container: Container) -> Iterator[Handler]:
    """What a container does when it starts and when it ends."""
    if "lifecycle" in container.body:
        lifecycle = mapping_at(container.body, "lifecycle")
        for field in EVENTS:
            body = lifecycle.get(field)
            if isinstance(body, dict):
                yield Handler(field, body, f"{container.pointer}/lifecycle/{field}")


def volumes_of(pod: Pod) -> dict[str, dict[str, Any]]:
    """The volumes of a pod by name, those of its owner's claim templates among them."""
    made: dict[str, Any] = {"persistentVolumeClaim": {}}
    found = {text_at(volume, "name"): volume for _, volume in mappings_at(pod.spec, "volumes")}
    for claim in claim_templates(pod):
        found.setdefault(text_at(claim, "metadata", "name"), made)
    return found


HOLD_CLAIMS = frozenset({"leaderWorkerTemplate", "volumeClaimPolicies", "volumeClaimTemplates"})
"""Fields of an owner that hold claim templates."""


def claim_templates(pod: Pod) -> list[dict[str, Any]]:
    """The claim templates of a StatefulSet, or of what is made like one."""
    spec = mapping_at(pod.owner.body, "spec")
    if spec.keys().isdisjoint(HOLD_CLAIMS):
        return []
    lists = [(spec, "volumeClaimTemplates"), (mapping_at(spec, "leaderWorkerTemplate"), "volumeClaimTemplates")]
    lists += [(policy, "templates") for _, policy in mappings_at(spec, "volumeClaimPolicies")]  # a JobSet's
    return [claim for body, key in lists for _, claim in mappings_at(body, key)]


def port_names(container: Container) -> set[str]:
    """The names of a container's ports."""
    return {text_at(port, "name") for _, port in mappings_at(container.body, "ports")} - {""}
