"""A PodDisruptionBudget counts pods that belong to nobody who has replicas.

A percentage and `maxUnavailable` are counted against the number of pods that there should be, which is asked of their
controller. A Job, a DaemonSet and a bare pod have no such number: the budget's controller gives up (`SyncFailed`), and
then no pod that it guards may be evicted. Say `minAvailable` as a whole number, or select other pods.

Source: <https://kubernetes.io/docs/tasks/run-application/configure-pdb/#arbitrary-controllers-and-selectors>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.budgets import BUDGET, WITHOUT_SCALE, guarded
from bayplan.validation.fields import mapping_at
from bayplan.validation.finding import Severity
from bayplan.validation.kinds import kind_of
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: index, namespace: chat}
spec:
  maxUnavailable: 1
  selector: {matchLabels: {app: index}}
---
apiVersion: batch/v1
kind: Job
metadata: {name: index, namespace: chat}
spec:
  template:
    metadata: {labels: {app: index}}
    spec: {restartPolicy: Never, containers: [{name: index, image: "registry.example.com/index@sha256:0"}]}
"""
GOOD = BAD.replace("maxUnavailable: 1", "minAvailable: 1")


@rule(
    "DRN004",
    severity=Severity.RISK,
    rows=("P1",),
    kinds=(BUDGET,),
    fix="say minAvailable as a whole number, or select only pods of a Deployment or StatefulSet",
)
def budget_counts_what_has_no_scale(budget: Manifest, world: World) -> Iterator[Hit]:
    """Look for pods whose owner has no scale, where the budget needs one."""
    spec = mapping_at(budget.body, "spec")
    key = "maxUnavailable" if "maxUnavailable" in spec else "minAvailable"
    if key == "minAvailable" and not isinstance(spec.get(key), str):
        return
    owners = sorted({str(pod.owner.ref) for pod in guarded(budget, world) if kind_of(pod.owner) in WITHOUT_SCALE})
    if owners and spec.get(key) not in (0, "0%", "100%"):
        yield Hit(f"/spec/{key}", f"cannot count pods of {', '.join(owners)}: no drain may then evict what it guards")
