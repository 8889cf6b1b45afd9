"""No Karpenter NodePool can make a node for the pod.

It waits for ever: Karpenter buys nothing for a pod whose node selector, affinity, tolerations or size no NodePool can
meet. A pod that names a NodePool is judged by that; one that asks for a label whose values NodePools give may still
find a node that Karpenter has not made. Correct the label, tolerate the taints, or ask for less than one machine has.

Source: <https://karpenter.sh/docs/concepts/scheduling/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.fields import is_variable, text_at, whole_at
from bayplan.validation.finding import Severity, Status
from bayplan.validation.karpenter import NODE_POOL, POOL_LABEL, asked_by, node_pools, refusal
from bayplan.validation.pods import WORKLOAD_KINDS
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.karpenter import NodePool
    from bayplan.validation.pods import Pod
    from bayplan.validation.selectors import Requirement
    from bayplan.validation.world import World

BAD = """
apiVersion: karpenter.sh/v1
kind: NodePool
metadata: {name: gpu}
spec:
  template:
    spec:
      nodeClassRef: {group: karpenter.k8s.aws, kind: EC2NodeClass, name: default}
      taints: [{key: nvidia.com/gpu, effect: NoSchedule}]
      requirements: [{key: node.kubernetes.io/instance-type, operator: In, values: [g6.2xlarge]}]
---
apiVersion: v1
kind: Pod
metadata: {name: model, namespace: chat}
spec:
  nodeSelector: {karpenter.sh/nodepool: gpu}
  containers: [{name: model, image: "registry.example.com/model@sha256:0"}]
"""
GOOD = BAD.replace("  nodeSelector:", "  tolerations: [{key: nvidia.com/gpu, operator: Exists}]\n  nodeSelector:")


@rule(
    "CAP002",
    severity=Severity.DOWN,
    rows=("G2",),
    kinds=WORKLOAD_KINDS,
    fix="aim at a NodePool that exists, tolerate its taints, and ask for what its machines have",
)
def no_node_pool_admits_the_pod(workload: Manifest, world: World) -> Iterator[Hit]:
    """Try every NodePool for pods that ask for one; where the cluster has a spec, CAP001 tries its pools."""
    pools = node_pools(world) if world.cluster is None else ()
    if not pools or workload.ref.kind == "DaemonSet" or whole_at(workload.body, "spec", "replicas") == 0:
        return
    for pod in world.pods.made_by(workload):
        ways = asked_by(pod)
        if text_at(pod.spec, "nodeName") or not all(asks_for_a_pool(way, pools) for way in ways):
            continue
        why = [(pool.name, [refusal(pool, pod, way) for way in ways]) for pool in pools]
        if all(all(reasons) for _, reasons in why):
            yield hit(pod, ways, why, world)


def asks_for_a_pool(way: list[Requirement], pools: Sequence[NodePool]) -> bool:
    """Whether conditions name a NodePool, or a label that NodePools set themselves."""
    own = {one.key for pool in pools for one in pool.wanted if one.operator == "In" and len(one.values) == 1}
    keys = {one.key for one in way if one.operator == "In" and not any(map(is_variable, one.values))}
    return POOL_LABEL in keys or any(key in own and "kubernetes.io/" not in key for key in keys)


def hit(pod: Pod, ways: list[list[Requirement]], why: list[tuple[str, list[str]]], world: World) -> Hit:
    """What is told: of the pool that is named alone, if there is it."""
    named = {value for way in ways for one in way if one.key == POOL_LABEL for value in one.values}
    told = "; ".join(f"{name} {reasons[0]}" for name, reasons in why if not named or name in named)
    doubt = world.doubt(NODE_POOL, "")
    is_pinned = all(any(one.key == POOL_LABEL for one in way) for way in ways)
    if not is_pinned:
        message = f"no NodePool can take its pods: {told}, but other nodes may"
        return Hit(pod.pointer, message, Status.UNKNOWN)
    message = (
        f"its NodePool cannot take its pods: {told}" if told else f"there is no NodePool {', '.join(sorted(named))}"
    )
    known = any(name in named for name, _ in why)
    return Hit(pod.pointer, message + ("" if known else doubt.doubt), Status.BROKEN if known else doubt.status)
