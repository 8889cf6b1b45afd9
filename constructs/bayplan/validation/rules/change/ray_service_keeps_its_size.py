"""A Ray service is to get another number of workers, and keeps what it has.

KubeRay compares the cluster of a RayService without the numbers of its pods, and without their tolerations: where only
these have changed it neither changes the cluster that runs nor makes another. The change is accepted, Flux is green,
and nothing has changed. Change an annotation of the pods with it, so that a second cluster comes.

Source: <https://github.com/ray-project/kuberay/blob/v1.6.2/ray-operator/controllers/ray/utils/util.go>
"""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from bayplan.validation.changes import changed
from bayplan.validation.fields import mapping_at, mappings_at, value_at
from bayplan.validation.finding import Severity, Status
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BASE = """
apiVersion: ray.io/v1
kind: RayService
metadata: {name: rank, namespace: market}
spec:
  rayClusterConfig:
    headGroupSpec:
      rayStartParams: {}
      template: {spec: {containers: [{name: ray-head, image: "registry.example.com/rank@sha256:0"}]}}
    workerGroupSpecs:
      - groupName: rank
        replicas: 2
        minReplicas: 2
        maxReplicas: 4
        rayStartParams: {}
        template: {spec: {containers: [{name: ray-worker, image: "registry.example.com/rank@sha256:0"}]}}
"""
BAD = BASE.replace("replicas: 2", "replicas: 3")
GOOD = BAD.replace("template: {spec", "template: {metadata: {annotations: {example.com/size: '3'}}, spec")
NUMBERS = ("replicas", "minReplicas", "maxReplicas")
TOLERATIONS = ("template", "spec", "tolerations")
MUTED = {("scaleStrategy",): ("workersToDelete",), ("template", "spec"): ("tolerations", "schedulingGates")}


@rule(
    "CHG010",
    severity=Severity.LOSS,
    rows=("F8",),
    kinds=("RayService.ray.io",),
    needs_base=True,
    fix="change an annotation of the pods with it",
)
def ray_service_keeps_its_size(service: Manifest, world: World) -> Iterator[Hit]:
    """Compare the clusters before and after as KubeRay does."""
    for before, doubt in changed(service, world):
        old, new = (mapping_at(one.body, "spec", "rayClusterConfig") for one in (before, service))
        if _compared(old) != _compared(new):
            continue
        status = Status.UNKNOWN if doubt else Status.BROKEN
        for place in _differences(old, new):
            says = f"stays as it is in the cluster that runs{doubt and f', but {doubt}'}"
            yield Hit(f"/spec/rayClusterConfig{place}", says, status)


def _compared(cluster: dict[str, Any]) -> dict[str, Any]:
    """The cluster without what KubeRay leaves out."""
    left = deepcopy(cluster)
    left.pop("upgradeStrategy", None)
    for _, group in _groups(left):
        for word in NUMBERS:
            group.pop(word, None)
        for path, words in MUTED.items():
            for word in words:
                mapping_at(group, *path).pop(word, None)
    return left


def _differences(old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    """Places of the numbers and tolerations that have changed."""
    for (_, had), (at, has) in zip(_groups(old), _groups(new), strict=False):
        for word in NUMBERS:
            if had.get(word) != has.get(word):
                yield f"{at}/{word}"
        if value_at(had, *TOLERATIONS) != value_at(has, *TOLERATIONS):
            yield f"{at}/{'/'.join(TOLERATIONS)}"


def _groups(cluster: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    yield "/headGroupSpec", mapping_at(cluster, "headGroupSpec")
    for number, group in mappings_at(cluster, "workerGroupSpecs"):
        yield f"/workerGroupSpecs/{number}", group
