"""A queue has more of a flavor than the nodes of that flavor hold.

Kueue admits by quotas, and trusts that nodes are there: jobs above what the pools may have at the most are admitted and
their pods wait, where several wait for each other for ever. All queues that have quota of the flavor count together.
Lower the quota, or raise what the pool may have.

Source: <https://kueue.sigs.k8s.io/docs/concepts/cluster_queue/#flavors-and-resources>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.manifests.pointer import pointer
from bayplan.validation.consumption import show
from bayplan.validation.finding import Severity
from bayplan.validation.flavors import held
from bayplan.validation.once import once
from bayplan.validation.queues import CLUSTER_QUEUE, RESOURCE_FLAVOR, found, quotas_in
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: kueue.x-k8s.io/v1beta2
kind: ClusterQueue
metadata: {name: research}
spec:
  namespaceSelector: {}
  resourceGroups:
    - coveredResources: [nvidia.com/gpu]
      flavors: [{name: l4, resources: [{name: nvidia.com/gpu, nominalQuota: "9"}]}]
---
apiVersion: kueue.x-k8s.io/v1beta2
kind: ResourceFlavor
metadata: {name: l4}
spec:
  nodeLabels: {bayplan.dev/pool: gpu}
  tolerations: [{key: nvidia.com/gpu, operator: Exists}]
"""
GOOD = BAD.replace('"9"', '"2"')
CLUSTER = """
name: lab
region: eu-central-1
kubernetes: "1.37"
controllers: {flux: "2.9", kueue: "0.19"}
source: {url: "https://git.example.com/platform.git"}
pools: [{name: gpu, instance: g6.4xlarge, zones: [a], nodes: {max: 2}}]
"""


@rule(
    "QUE010",
    severity=Severity.RISK,
    rows=("G5",),
    kinds=(CLUSTER_QUEUE,),
    fix="lower the nominalQuota, or raise the most nodes that the pool may have",
)
def queue_has_more_than_its_nodes(queue: Manifest, world: World) -> Iterator[Hit]:
    """Compare each quota, and those of all queues together, with what the nodes of the flavor hold."""
    if world.cluster is None:
        return
    for quota in quotas_in(queue):
        flavor_name, resource, amount = quota.flavor, quota.resource, quota.nominal
        there = held(world).get(flavor_name, {}) if found(world, RESOURCE_FLAVOR, "", flavor_name) else {}
        if resource not in there or not amount:
            continue
        all_of_it = promised(world)[flavor_name, resource]
        beside = {other.ref.name: size for other, size in all_of_it if other is not queue}
        if amount + sum(beside.values()) > there[resource]:
            with_others = f", and with {', '.join(sorted(beside))} {show(resource, amount + sum(beside.values()))}"
            said = f"has {show(resource, amount)} of {resource}{with_others if beside else ''} in flavor {flavor_name}"
            yield Hit(
                pointer(*quota.path, "nominalQuota"),
                f"{said}; its nodes hold {show(resource, there[resource])} at the most",
            )


@once
def promised(world: World) -> dict[tuple[str, str], list[tuple[Manifest, int]]]:
    """Which queues have how much, in thousandths, of each resource in each flavor."""
    found: dict[tuple[str, str], list[tuple[Manifest, int]]] = {}
    for queue in world.by_kind.get(CLUSTER_QUEUE, ()):
        for one in quotas_in(queue):
            if amount := one.nominal:
                found.setdefault((one.flavor, one.resource), []).append((queue, amount))
    return found
