"""Autoscalers: what they scale, between which numbers, and under which names.

Sources: <https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/horizontal-pod-autoscaler-v2/>,
<https://keda.sh/docs/latest/reference/scaledobject-spec/>
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bayplan.manifests.ref import Ref
from bayplan.validation.fields import annotation, mapping_at, text_at, whole_at
from bayplan.validation.kinds import group_of, kind_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bayplan.manifests.manifest import Manifest

HPA = "HorizontalPodAutoscaler.autoscaling"
SCALED_OBJECT = "ScaledObject.keda.sh"
SCALED_JOB = "ScaledJob.keda.sh"
AUTOSCALER_KINDS = (HPA, SCALED_OBJECT)
TRANSFER = "scaledobject.keda.sh/transfer-hpa-ownership"
"""Annotation of a ScaledObject that takes a HorizontalPodAutoscaler over."""
HANDS_OFF = "validations.keda.sh/hpa-ownership"
"""Annotation of a HorizontalPodAutoscaler that KEDA is to leave alone."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Autoscaler:
    """One HorizontalPodAutoscaler or ScaledObject."""

    manifest: Manifest
    target: Ref
    lowest: int
    """Replicas at the least; 0 only for a ScaledObject."""
    highest: int

    @property
    def name(self) -> str:
        """Name of the HorizontalPodAutoscaler that does the work: KEDA makes one."""
        return autoscaler_name(self.manifest)


def autoscaler_of(manifest: Manifest) -> Autoscaler:
    """Read an autoscaler, with the defaults of its API."""
    body, keda = manifest.body, kind_of(manifest) == SCALED_OBJECT
    aim = mapping_at(body, "spec", "scaleTargetRef")
    api = text_at(aim, "apiVersion") or ("apps/v1" if keda else "")
    kind = text_at(aim, "kind") or ("Deployment" if keda else "")
    lowest = whole_at(body, "spec", "minReplicaCount" if keda else "minReplicas")
    highest = whole_at(body, "spec", "maxReplicaCount" if keda else "maxReplicas")
    return Autoscaler(
        manifest=manifest,
        target=Ref(group_of(api), kind, manifest.ref.namespace, text_at(aim, "name")),
        lowest=lowest if lowest is not None else (0 if keda else 1),
        highest=highest if highest is not None else 100,
    )


def autoscaler_name(manifest: Manifest) -> str:
    """Name of the HorizontalPodAutoscaler itself, or of the one that KEDA makes for a ScaledObject."""
    if kind_of(manifest) != SCALED_OBJECT:
        return manifest.ref.name
    said = text_at(manifest.body, "spec", "advanced", "horizontalPodAutoscalerConfig", "name")
    return said or f"keda-hpa-{manifest.ref.name}"


def takes_over(scaled_object: Manifest, autoscaler: Manifest) -> bool:
    """Whether both are one: the ScaledObject takes the HorizontalPodAutoscaler over, or is told to leave it alone."""
    if annotation(autoscaler.body, HANDS_OFF) == "false":
        return True
    wanted = autoscaler_name(scaled_object) == autoscaler.ref.name
    return annotation(scaled_object.body, TRANSFER) == "true" and wanted


class Scaling:
    """The autoscalers of a tree, by target and by name."""

    def __init__(self, by_kind: Mapping[str, tuple[Manifest, ...]]) -> None:
        self._by_target: dict[Ref, list[Autoscaler]] = defaultdict(list)
        self._by_name: dict[tuple[str, str], list[Manifest]] = defaultdict(list)
        for kind in AUTOSCALER_KINDS:
            for manifest in by_kind.get(kind, ()):
                autoscaler = autoscaler_of(manifest)
                self._by_target[autoscaler.target].append(autoscaler)
                self._by_name[manifest.ref.namespace, autoscaler.name].append(manifest)

    def of(self, target: Ref) -> tuple[Autoscaler, ...]:
        """The autoscalers of an object."""
        return tuple(self._by_target.get(target, ()))

    def named(self, namespace: str, name: str) -> tuple[Manifest, ...]:
        """Whoever has, or makes, the HorizontalPodAutoscaler of a name."""
        return tuple(self._by_name.get((namespace, name), ()))

    def fewest(self, workload: Manifest) -> int:
        """The fewest replicas that a workload runs with while it runs at all.

        An autoscaler that goes down to 0 passes 1 on its way; `replicas: 0` without an autoscaler is switched off.
        """
        autoscalers = self.of(workload.ref)
        if autoscalers:
            return max(1, min(one.lowest for one in autoscalers))
        replicas = whole_at(workload.body, "spec", "replicas")
        return 1 if replicas is None else replicas

    def most(self, workload: Manifest) -> int:
        """The most replicas that a workload may be scaled to."""
        autoscalers = self.of(workload.ref)
        if autoscalers:
            return max(1, *(one.highest for one in autoscalers))
        replicas = whole_at(workload.body, "spec", "replicas")
        return 1 if replicas is None else replicas
