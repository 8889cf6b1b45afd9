"""What autoscalers watch: resource metrics of the pods, and KEDA's triggers with the credentials that they need.

Read in kubernetes 1.37 (pkg/controller/podautoscaler) and KEDA 2.21 (webhooks, pkg/scaling/resolver).

Source: <https://keda.sh/docs/latest/scalers/cpu/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from bayplan.manifests.pointer import pointer
from bayplan.validation.fields import annotation, mapping_at, mappings_at, text_at, texts_at, whole_at
from bayplan.validation.kinds import kind_of
from bayplan.validation.scaling import HPA

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest

RESOURCES = ("cpu", "memory")
OLD_METRICS = "autoscaling.alpha.kubernetes.io/metrics"
"""Annotation that holds all other metrics in autoscaling/v1."""


class Metric(NamedTuple):
    """One resource of the pods that an autoscaler watches."""

    resource: str
    container: str
    """Name of the one container that counts; "" for the pod as a whole."""
    is_share: bool
    """Whether it is measured as a share of what is requested."""
    pointer: str


def resource_metrics(autoscaler: Manifest) -> Iterator[Metric]:
    """The metrics of CPU and memory. A HorizontalPodAutoscaler that names no metric watches 80 % of CPU."""
    if kind_of(autoscaler) != HPA:
        yield from metrics_of_triggers(autoscaler)
        return
    found = mappings_at(autoscaler.body, "spec", "metrics")
    if not found and not annotation(autoscaler.body, OLD_METRICS):
        is_old = whole_at(autoscaler.body, "spec", "targetCPUUtilizationPercentage") is not None
        yield Metric("cpu", "", True, "/spec/targetCPUUtilizationPercentage" if is_old else "/spec")
    for index, item in found:
        source = mapping_at(item, "resource") or mapping_at(item, "containerResource")
        is_share = text_at(source, "target", "type") == "Utilization" or "targetAverageUtilization" in source
        if source:
            yield Metric(
                text_at(source, "name"), text_at(source, "container"), is_share, pointer("spec", "metrics", index)
            )


def metrics_of_triggers(scaled: Manifest) -> Iterator[Metric]:
    """The same of KEDA's triggers `cpu` and `memory`."""
    for index, trigger in triggers_of(scaled):
        if text_at(trigger, "type") in RESOURCES:
            kind = text_at(trigger, "metricType") or text_at(trigger, "metadata", "type")
            container = text_at(trigger, "metadata", "containerName")
            yield Metric(text_at(trigger, "type"), container, kind == "Utilization", pointer("spec", "triggers", index))


def triggers_of(scaled: Manifest) -> list[tuple[int, dict[str, Any]]]:
    """The triggers of a ScaledObject or ScaledJob, each with its index."""
    return mappings_at(scaled.body, "spec", "triggers")


def scales_on_resources_alone(scaled: Manifest) -> bool:
    """Whether nothing but CPU and memory of its own pods moves it."""
    triggers = triggers_of(scaled)
    return bool(triggers) and all(text_at(trigger, "type") in RESOURCES for _, trigger in triggers)


class Credentials(NamedTuple):
    """The TriggerAuthentication that a trigger names."""

    kind: str
    name: str
    pointer: str


def credentials_of(scaled: Manifest) -> Iterator[Credentials]:
    """Whatever the triggers authenticate with."""
    for index, trigger in triggers_of(scaled):
        reference = mapping_at(trigger, "authenticationRef")
        if name := text_at(reference, "name"):
            kind = f"{text_at(reference, 'kind') or 'TriggerAuthentication'}.keda.sh"
            yield Credentials(kind, name, pointer("spec", "triggers", index, "authenticationRef"))


class Variable(NamedTuple):
    """An environment variable of the target that a trigger reads."""

    name: str
    container: str
    """Name of its container; "" for the first."""
    pointer: str


def variables_of(scaled: Manifest, container: str) -> Iterator[Variable]:
    """The variables that the metadata of triggers name, under keys that end with `FromEnv`."""
    for index, trigger in triggers_of(scaled):
        for key, name in texts_at(trigger, "metadata").items():
            if key.endswith("FromEnv") and name:
                yield Variable(name, container, pointer("spec", "triggers", index, "metadata", key))
