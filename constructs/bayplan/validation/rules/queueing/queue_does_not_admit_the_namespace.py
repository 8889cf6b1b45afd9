"""A queue leads to a ClusterQueue that does not admit its namespace.

A ClusterQueue admits jobs of those namespaces alone that its `namespaceSelector` selects, and of none at all where it
has none: jobs are queued, and never admitted. Label the namespace, or open the selector (`{}` selects all).

Source: <https://kueue.sigs.k8s.io/docs/concepts/cluster_queue/#namespace-selector>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation import selectors
from bayplan.validation.fields import text_at
from bayplan.validation.finding import Severity
from bayplan.validation.gateways import selects_namespace
from bayplan.validation.queues import CLUSTER_QUEUE, LOCAL_QUEUE, found
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: kueue.x-k8s.io/v1beta2
kind: LocalQueue
metadata: {name: train, namespace: train}
spec: {clusterQueue: research}
---
apiVersion: kueue.x-k8s.io/v1beta2
kind: ClusterQueue
metadata: {name: research}
spec:
  resourceGroups:
    - coveredResources: [cpu, nvidia.com/gpu]
      flavors:
        - {name: l4, resources: [{name: cpu, nominalQuota: "64"}, {name: nvidia.com/gpu, nominalQuota: "8"}]}
---
apiVersion: kueue.x-k8s.io/v1beta2
kind: ResourceFlavor
metadata: {name: l4}
spec: {nodeLabels: {example.com/accelerator: l4}}
"""
GOOD = BAD.replace("spec:\n  resourceGroups", "spec:\n  namespaceSelector: {}\n  resourceGroups")


@rule(
    "QUE004",
    severity=Severity.DOWN,
    rows=("G5",),
    kinds=(LOCAL_QUEUE,),
    fix="label the namespace, or open the namespaceSelector of the ClusterQueue",
)
def queue_does_not_admit_the_namespace(local: Manifest, world: World) -> Iterator[Hit]:
    """Ask the selector of the ClusterQueue for the queue's namespace."""
    queue = found(world, CLUSTER_QUEUE, "", text_at(local.body, "spec", "clusterQueue"))
    if queue is None or not local.ref.namespace:
        return
    selector = selectors.read(queue.body, "spec", "namespaceSelector")
    if selector is None:
        yield Hit("/spec/clusterQueue", f"{queue.ref} has no namespaceSelector and so admits no namespace")
    elif selects_namespace(selector, local.ref.namespace, world) is False:
        told = f"{queue.ref} admits namespaces with {selector}, which {local.ref.namespace} is not"
        yield Hit("/spec/clusterQueue", told)
