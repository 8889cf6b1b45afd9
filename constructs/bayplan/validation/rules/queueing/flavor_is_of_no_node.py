"""A flavor means nodes that the cluster does not have.

Kueue never looks at nodes: it admits jobs by the quota of a flavor and gives their pods its labels, and they wait for
ever where no pool has nodes with these labels, or only nodes with a taint that they do not tolerate. Name labels that a
pool has, and tolerate its taints, or list them as `nodeTaints`: then only jobs that tolerate them are admitted.

Source: <https://kueue.sigs.k8s.io/docs/concepts/resource_flavor/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bayplan.validation.fields import is_variable, mappings_at, text_at, texts_at
from bayplan.validation.finding import Severity, Status
from bayplan.validation.flavors import covers, nodes_of
from bayplan.validation.queues import RESOURCE_FLAVOR
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: kueue.x-k8s.io/v1beta2
kind: ResourceFlavor
metadata: {name: l4}
spec:
  nodeLabels: {bayplan.dev/pool: l5}
  tolerations: [{key: nvidia.com/gpu, operator: Exists}]
"""
GOOD = BAD.replace("l5", "gpu")
CLUSTER = """
name: lab
region: eu-central-1
kubernetes: "1.37"
controllers: {flux: "2.9", kueue: "0.19"}
source: {url: "https://git.example.com/platform.git"}
pools: [{name: gpu, instance: g6.4xlarge, zones: [a], nodes: {max: 2}}]
"""


@rule(
    "QUE009",
    severity=Severity.DOWN,
    rows=("G5",),
    kinds=(RESOURCE_FLAVOR,),
    fix="name labels that the nodes of a pool have, and tolerate its taints",
)
def flavor_is_of_no_node(flavor: Manifest, world: World) -> Iterator[Hit]:
    """Look for pools whose nodes have its labels, then at their taints."""
    labels = texts_at(flavor.body, "spec", "nodeLabels")
    if not labels or not world.nodes or any(map(is_variable, labels.values())):
        return
    found = nodes_of(flavor, world)
    if not found:
        said = ", ".join(f"{key}={value}" for key, value in sorted(labels.items()))
        yield Hit("/spec/nodeLabels", f"no pool of {world.name or 'the cluster'} has nodes with {said}")
    noted = [item for _, item in mappings_at(flavor.body, "spec", "nodeTaints")]
    tolerated = [item for _, item in mappings_at(flavor.body, "spec", "tolerations")]
    for name, node in sorted(found.items()):
        for taint in node.machine.taints:
            if taint.effect == "PreferNoSchedule" or any(covers(item, taint) for item in tolerated):
                continue
            if not any(_is(item, taint.key, taint.effect) for item in noted):
                told = (
                    f"nodes of {name} have the taint {taint.key}:{taint.effect}, which only jobs that say so tolerate"
                )
                yield Hit("/spec", told, Status.UNKNOWN)


def _is(item: Mapping[str, Any], key: str, effect: str) -> bool:
    return text_at(item, "key") == key and text_at(item, "effect") == effect
