"""Every kind that makes pods. A kind that is added here is judged by every rule about pods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.templates import (
    builtin,
    jobset,
    keda,
    knative,
    kserve,
    leaderworkerset,
    ray,
    spark,
    trainer,
    training,
    volcano,
)

if TYPE_CHECKING:
    from bayplan.validation.templates.reading import Maker

MAKERS: dict[str, Maker] = {
    **builtin.MAKERS,
    **jobset.MAKERS,
    **keda.MAKERS,
    **knative.MAKERS,
    **kserve.MAKERS,
    **leaderworkerset.MAKERS,
    **ray.MAKERS,
    **spark.MAKERS,
    **trainer.MAKERS,
    **training.MAKERS,
    **volcano.MAKERS,
}
"""Kind with group to what reads its pods."""

MODELS = frozenset({"Deployment.apps", "ReplicaSet.apps", *kserve.MODELS, *trainer.MODELS})
"""Kinds whose templates others take."""

PLAIN_KINDS = frozenset(builtin.SHAPES)
"""Kinds that make pods and nothing else that a rule may look for; the operators' kinds also make Services and more."""

POD_KINDS = tuple(MAKERS)
WORKLOAD_KINDS = tuple(kind for kind in MAKERS if kind != "PodTemplate")
SCALED_KINDS = tuple(kind for kind, shape in builtin.SHAPES.items() if shape.scaled)
