"""Which parts of an object its pods are made of, and who makes pods of another object's template."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.manifests.ref import Ref
from bayplan.review.comparison import Pair
from bayplan.validation.fields import text_at
from bayplan.validation.kinds import kind_of
from bayplan.validation.templates.kserve import GROUP as SERVING
from bayplan.validation.templates.kserve import PARTS as KSERVE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.review.comparison import Comparison
    from bayplan.review.review import Part

SPARK = ("suspend", "timeToLiveSeconds", "restartPolicy")
RAY = "rayClusterConfig"
SCALED = ("replicas", "minReplicas", "maxReplicas", "scaleStrategy", "suspend", "idleTimeoutSeconds")
"""Parts of a group of Ray's workers that make more or fewer pods, not other ones."""
KSERVE_SCALED = ("minReplicas", "maxReplicas", "scaleTarget", "scaleMetric", "scaleMetricType", "canaryTrafficPercent")


def template_parts(comparison: Comparison, pair: Pair) -> tuple[Part, ...]:
    """Parts of a pair that its pods are made of."""
    kind = kind_of(pair.after)
    if kind.endswith(".ray.io"):
        return tuple(one for one in pair.parts if is_of_ray(one.pointer))
    if kind == "SparkApplication.sparkoperator.k8s.io":
        return tuple(one for one in pair.parts if under_spec(one.pointer) and key_of(one.pointer, 2) not in SPARK)
    if kind == "InferenceService.serving.kserve.io":
        return tuple(one for one in pair.parts if is_of_kserve(one.pointer))
    places = {
        pod.pointer.removesuffix("/spec")
        for world, manifest in ((comparison.base, pair.before), (comparison.head, pair.after))
        for pod in world.pods.made_by(manifest)
    }
    return tuple(one for one in pair.parts if any(is_below(one.pointer, place) for place in places))


def is_below(pointer: str, place: str) -> bool:
    """Whether a part is at a place, below it, or holds it."""
    return f"{pointer}/".startswith(f"{place}/") or f"{place}/".startswith(f"{pointer}/")


def under_spec(pointer: str) -> bool:
    """Whether a part is of the spec."""
    return pointer.startswith("/spec/")


def key_of(pointer: str, depth: int) -> str:
    """The key at a depth of a pointer: `/spec/a` has `a` at 2."""
    keys = pointer.split("/")
    return keys[depth] if len(keys) > depth else ""


def is_of_ray(pointer: str) -> bool:
    """Whether Ray's operator takes it for another cluster: all but numbers of pods and what it does with a cluster."""
    if not under_spec(pointer) or pointer.rpartition("/")[2] in SCALED:
        return False
    return key_of(pointer, 2) in (
        RAY,
        "rayClusterSpec",
        "jobTemplate",
        "headGroupSpec",
        "workerGroupSpecs",
        "rayVersion",
    )


def is_of_kserve(pointer: str) -> bool:
    """Whether a part goes into the pods of a model."""
    if pointer.startswith(("/metadata/annotations", "/metadata/labels")):
        return False  # some do, some do not: nothing is claimed
    return under_spec(pointer) and key_of(pointer, 2) in KSERVE and key_of(pointer, 3) not in KSERVE_SCALED


def model_of(manifest: Manifest) -> Iterator[Ref]:
    """The serving runtimes that the parts of a model name."""
    for part in KSERVE:
        name = text_at(manifest.body, "spec", part, "model", "runtime")
        if name:
            yield Ref(SERVING, "ServingRuntime", manifest.ref.namespace, name)
            yield Ref(SERVING, "ClusterServingRuntime", "", name)


def workload_of(manifest: Manifest) -> Iterator[Ref]:
    """The workload whose template a Rollout takes."""
    name = text_at(manifest.body, "spec", "workloadRef", "name")
    if name:
        yield Ref("apps", text_at(manifest.body, "spec", "workloadRef", "kind"), manifest.ref.namespace, name)


BORROWERS = {f"InferenceService.{SERVING}": model_of, "Rollout.argoproj.io": workload_of}
"""Kinds that take templates of others, to whose."""
LENDERS = frozenset(
    {f"ServingRuntime.{SERVING}", f"ClusterServingRuntime.{SERVING}", "Deployment.apps", "ReplicaSet.apps"}
)


def borrowers(comparison: Comparison) -> Iterator[tuple[Pair, Ref, tuple[Part, ...]]]:
    """Objects that stay as they are while the template that they take from another changes."""
    changed = {one.after.ref: one for one in comparison.changed if kind_of(one.after) in LENDERS}
    if not changed:
        return
    for kind, source in BORROWERS.items():
        for manifest in comparison.head.by_kind.get(kind, ()):
            before = comparison.before(manifest)
            lent = next((changed[ref] for ref in source(manifest) if ref in changed), None)
            if before is None or lent is None:
                continue
            parts = tuple(one for one in lent.parts if under_spec(one.pointer))
            if parts:
                yield Pair(before=before, after=manifest), lent.after.ref, parts
