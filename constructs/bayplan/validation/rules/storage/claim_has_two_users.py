"""Two workloads mount one volume that one node, or one pod, may use at a time.

Whichever comes second hangs until the first has gone, unless both happen to come to one node: after a drain or a
failure one of the two is down. Give each its own claim, use a class whose volumes can be shared (ReadWriteMany), or
keep both on one node with a pod affinity.

Source: <https://kubernetes.io/docs/concepts/storage/persistent-volumes/#access-modes>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.fields import mappings_at, text_at
from bayplan.validation.finding import Confidence, Severity
from bayplan.validation.kinds import kind_of
from bayplan.validation.pairs import meeting
from bayplan.validation.rule import Hit, rule
from bayplan.validation.storage import CLAIM, ONE_POD
from bayplan.validation.togetherness import HOST, REQUIRED, stays_on_one_node

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.pod import Pod
    from bayplan.validation.world import World

BAD = """
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data, namespace: chat}
spec:
  accessModes: [ReadWriteOnce]
  resources: {requests: {storage: 1Gi}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: chat, namespace: chat}
spec:
  strategy: {type: Recreate}
  selector: {matchLabels: {app: chat}}
  template:
    metadata: {labels: {app: chat}}
    spec:
      containers: [{name: chat, image: "registry.example.com/chat@sha256:0"}]
      volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: index, namespace: chat}
spec:
  strategy: {type: Recreate}
  selector: {matchLabels: {app: index}}
  template:
    metadata: {labels: {app: index}}
    spec:
      containers: [{name: index, image: "registry.example.com/chat@sha256:0"}]
      volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
"""
GOOD = BAD.replace("ReadWriteOnce", "ReadWriteMany")
PASSING = frozenset({"CronJob.batch", "Job.batch", "Pod", "PodTemplate", "ScaledJob.keda.sh"})
"""Kinds whose pods come and go: a backup that runs beside its program waits for a while at most."""


@rule(
    "STO005",
    severity=Severity.DOWN,
    rows=("W6",),
    kinds=(CLAIM,),
    confidence=Confidence.LOW,
    fix="give each workload its own claim, or use a volume that can be shared (ReadWriteMany)",
)
def claim_has_two_users(claim: Manifest, world: World) -> Iterator[Hit]:
    """Count the workloads that mount the claim and stay."""
    users = [
        pod for pod in world.storage.users(claim.ref.namespace, claim.ref.name) if kind_of(pod.owner) not in PASSING
    ]
    owners = {pod.owner.ref: pod for pod in users if pod.count.most != 0}
    if len(owners) < 2:
        return
    first, *others = (pod.owner for pod in owners.values())
    met = [lack for lack in (meeting(first, other, world) for other in others) if lack is not None]
    if not met:
        return
    lack = min(met, key=lambda one: one.status)
    mode = world.storage.mode_of(claim)
    if mode == ONE_POD or (mode and not all(is_bound_to_a_node(pod) for pod in [*owners.values()][1:])):
        names = ", ".join(str(ref) for ref in owners)
        what = "one pod" if mode == ONE_POD else "one node"
        told = f"is mounted by {names}, and {what} may use it at a time ({mode})"
        yield Hit("/spec/accessModes", told + lack.doubt, lack.status)


def is_bound_to_a_node(pod: Pod) -> bool:
    """Whether a pod follows others to their node, or stays on one."""
    terms = mappings_at(pod.spec, "affinity", "podAffinity", REQUIRED)
    return stays_on_one_node(pod) or any(text_at(term, "topologyKey") == HOST for _, term in terms)
