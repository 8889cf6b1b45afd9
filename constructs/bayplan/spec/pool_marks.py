"""Labels and taints of a pool that its nodes can never have, or that somebody else gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.spec.machine import zone_names
from bayplan.spec.wrong import Wrong

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.spec.cluster import Cluster, Instance, Pool

ALIASES = {
    "beta.kubernetes.io/arch": "kubernetes.io/arch",
    "beta.kubernetes.io/instance-type": "node.kubernetes.io/instance-type",
    "beta.kubernetes.io/os": "kubernetes.io/os",
    "failure-domain.beta.kubernetes.io/region": "topology.kubernetes.io/region",
    "failure-domain.beta.kubernetes.io/zone": "topology.kubernetes.io/zone",
}
"""Old names of labels, which mean the same."""
OWN_TAINTS = ("node.kubernetes.io/", "karpenter.sh/", "node.cloudprovider.kubernetes.io/")
"""Starts of taints by which Kubernetes, clouds and Karpenter say that a node is not to be used now."""


def disagreements(cluster: Cluster, pool: Pool, instance: Instance, at: str) -> Iterator[Wrong]:
    """Labels that contradict the machine, and taints that are no pool's."""
    yield from _labels(cluster, pool, instance, f"{at}/labels")
    seen: set[tuple[str, str]] = set()
    for number, taint in enumerate(pool.taints):
        place = f"{at}/taints/{number}"
        if taint.key.startswith(OWN_TAINTS):
            what = f"the taint {taint.key} says that a node is not to be used now: it comes and goes by itself"
            yield Wrong(what=what, fix="Take a key of your own: example.com/training.", at=f"{place}/key")
        if (taint.key, taint.effect) in seen:
            what = f"two taints are {taint.key} with {taint.effect}; a node has one of each"
            yield Wrong(what=what, fix="Remove one, or give it another effect.", at=place)
        seen.add((taint.key, taint.effect))


def _labels(cluster: Cluster, pool: Pool, instance: Instance, at: str) -> Iterator[Wrong]:
    """Kubelets and clouds give these labels, by what a machine is: Karpenter finds no machine that is another."""
    zones = zone_names(cluster, pool)
    known = {
        "kubernetes.io/arch": instance.architecture,
        "kubernetes.io/os": "linux",
        "topology.kubernetes.io/region": cluster.region,
        "topology.kubernetes.io/zone": zones[0] if len(zones) == 1 else "",
    }
    if isinstance(pool.instance, str):
        known["node.kubernetes.io/instance-type"] = pool.instance
    for key, value in pool.labels.items():
        real = known.get(ALIASES.get(key, key))
        if key == "kubernetes.io/hostname":
            yield Wrong(what=f"the label {key} is another for each node", fix="Remove it.", at=f"{at}/{key}")
        elif real is not None and real != value:
            has = f"the nodes of '{pool.name}' are {real or ' and '.join(zones)}"
            yield Wrong(what=f"the label {key} says {value}, {has}", fix="Remove it.", at=f"{at}/{key}")
