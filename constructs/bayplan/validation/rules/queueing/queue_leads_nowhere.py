"""A queue names something that does not exist.

A LocalQueue leads to a ClusterQueue, that to flavors and admission checks, a flavor to its topology, a check to its
parameters. Where one of them is missing, Kueue holds the queue inactive, and every job in it waits for ever. A Cohort
need not exist. Correct the name, or add the object.

Source: <https://kueue.sigs.k8s.io/docs/concepts/cluster_queue/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.cluster_wide import lack_in_cluster
from bayplan.validation.fields import is_variable
from bayplan.validation.finding import Severity
from bayplan.validation.queues import CLUSTER_QUEUE, GROUP, LOCAL_QUEUE, links_of
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
  namespaceSelector: {}
  resourceGroups:
    - coveredResources: [cpu, nvidia.com/gpu]
      flavors:
        - {name: l40, resources: [{name: cpu, nominalQuota: "64"}, {name: nvidia.com/gpu, nominalQuota: "8"}]}
---
apiVersion: kueue.x-k8s.io/v1beta2
kind: ResourceFlavor
metadata: {name: l4}
spec: {nodeLabels: {example.com/accelerator: l4}}
"""
GOOD = BAD.replace("name: l40", "name: l4")


@rule(
    "QUE002",
    severity=Severity.DOWN,
    rows=("G5",),
    kinds=(CLUSTER_QUEUE, LOCAL_QUEUE, f"AdmissionCheck.{GROUP}", f"ResourceFlavor.{GROUP}"),
    fix="name an object that exists, or add it",
)
def queue_leads_nowhere(queue: Manifest, world: World) -> Iterator[Hit]:
    """Look up everything that the object names; all of it belongs to the cluster."""
    for link in links_of(queue):
        lack = lack_in_cluster(world, link.kind, link.name) if link.name and not is_variable(link.name) else None
        if lack is not None:
            plain = link.kind.partition(".")[0]
            yield Hit(link.pointer, f"names {plain} {link.name}, which does not exist{lack.doubt}", lack.status)
