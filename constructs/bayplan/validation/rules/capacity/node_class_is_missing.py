"""A Karpenter NodePool refers to a class of nodes that does not exist.

It is never Ready and buys nothing: pods that only its nodes can take wait for ever, and nothing says so but the status
of the NodePool. Commit the class, or correct group, kind or name.

Source: <https://karpenter.sh/docs/concepts/nodepools/#spectemplatespecnodeclassref>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.cluster_wide import lack_in_cluster
from bayplan.validation.fields import is_variable, texts_at
from bayplan.validation.finding import Severity
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: karpenter.sh/v1
kind: NodePool
metadata: {name: gpu}
spec:
  template:
    spec:
      nodeClassRef: {group: karpenter.k8s.aws, kind: EC2NodeClass, name: gpus}
      requirements: [{key: node.kubernetes.io/instance-type, operator: In, values: [g6.2xlarge]}]
---
apiVersion: karpenter.k8s.aws/v1
kind: EC2NodeClass
metadata: {name: gpu}
spec:
  role: nodes
  amiSelectorTerms: [{alias: al2023@v20261101}]
  subnetSelectorTerms: [{id: subnet-1}]
  securityGroupSelectorTerms: [{id: sg-1}]
"""
GOOD = BAD.replace("gpus}", "gpu}")
BROUGHT = ("eks.amazonaws.com", "default")
"""The class that EKS Auto Mode brings with it."""


@rule(
    "CAP013",
    severity=Severity.DOWN,
    rows=("G2",),
    kinds=("NodePool.karpenter.sh",),
    fix="commit the class of nodes, or correct the reference",
)
def node_class_is_missing(pool: Manifest, world: World) -> Iterator[Hit]:
    """Look up the class that a NodePool names."""
    path = ("spec", "template", "spec", "nodeClassRef")
    said = texts_at(pool.body, *path)
    group, kind, name = (said.get(key, "") for key in ("group", "kind", "name"))
    if not (group and kind and name) or any(map(is_variable, (group, kind, name))):
        return
    if (group, name) == BROUGHT or not world.by_kind.get(f"{kind}.{group}"):
        return  # classes may all be made elsewhere
    lack = lack_in_cluster(world, f"{kind}.{group}", name)
    if lack is not None:
        message = f"its nodes are of {kind} {name}, which is no {kind} of the cluster{lack.doubt}"
        yield Hit(f"/{'/'.join(path)}/name", message, lack.status)
