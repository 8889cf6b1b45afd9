"""No node pool of the cluster can take the pod.

It waits for ever: no node that the cluster has or may buy meets its node selector, affinity, tolerations and size at
once, so an autoscaler of nodes does nothing either. Aim at a pool that exists, tolerate its taints, or ask for less
than one of its nodes has left.

Source: <https://kubernetes.io/docs/concepts/scheduling-eviction/kube-scheduler/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.fields import text_at, whole_at
from bayplan.validation.finding import Severity, Status
from bayplan.validation.nodes import refusal
from bayplan.validation.pods import WORKLOAD_KINDS
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

CLUSTER = """
name: lab
region: eu-central-1
kubernetes: "1.37"
controllers: {flux: "2.9"}
source: {url: "https://git.example.com/platform.git"}
pools:
  - {name: general, instance: {cpu: "8", memory: 30Gi, usd_per_hour: "0.4"}, zones: [a], nodes: {max: 3}}
"""
BAD = """
apiVersion: v1
kind: Pod
metadata: {name: chat, namespace: chat}
spec:
  nodeSelector: {bayplan.dev/pool: generall}
  containers: [{name: chat, image: "registry.example.com/chat@sha256:0"}]
"""
GOOD = (
    BAD.replace("generall", "general")
    + """---
apiVersion: apps/v1
kind: Deployment
metadata: {name: later, namespace: chat}
spec:
  replicas: 0
  selector: {matchLabels: {app: later}}
  template:
    metadata: {labels: {app: later}}
    spec:
      nodeSelector: {bayplan.dev/pool: not-yet}
      containers: [{name: later, image: "registry.example.com/later@sha256:0"}]
"""
)


@rule(
    "CAP001",
    severity=Severity.DOWN,
    rows=("G2",),
    kinds=WORKLOAD_KINDS,
    fix="aim at a pool that exists, and ask for what it has",
)
def no_pool_can_take_the_pod(workload: Manifest, world: World) -> Iterator[Hit]:
    """Try every pool; without a spec of the cluster nothing can be said."""
    # a DaemonSet takes the nodes that it can get; no autoscaler starts from no replica
    if workload.ref.kind == "DaemonSet" or whole_at(workload.body, "spec", "replicas") == 0:
        return
    for pod in world.pods.made_by(workload) if world.cluster else ():
        refusals = [(pool, refusal(pod, node)) for pool, node in world.nodes.items()]
        if not text_at(pod.spec, "nodeName") and all(found for _, found in refusals):
            sure = all(found.is_sure for _, found in refusals if found)
            told = "; ".join(f"{pool} {found.why}" for pool, found in refusals if found)
            yield Hit(pod.pointer, f"no pool can take its pods: {told}", Status.BROKEN if sure else Status.UNKNOWN)
