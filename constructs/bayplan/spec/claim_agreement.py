"""What a cluster must say where its pods claim accelerators, and what cannot be claimed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.spec.claims import CLAIMED, CONTROLLER
from bayplan.spec.machine import instance_of
from bayplan.spec.provisioning import is_karpenters
from bayplan.spec.wrong import Wrong

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.spec.cluster import Cluster, Pool


def disagreements(cluster: Cluster) -> Iterator[Wrong]:
    """Everything that does not go together with claims."""
    if cluster.devices != "dra":
        return
    if CONTROLLER not in cluster.controllers:
        fix = f'Add NVIDIA\'s driver with its version: {CONTROLLER}: "25.12", or say devices: plugin.'
        yield Wrong(what=f"nobody publishes devices: {CONTROLLER} is not among the controllers", fix=fix, at="/devices")
    if cluster.queues:
        fix = "Say devices: plugin, or leave the queues out."
        what = f"queues count {CLAIMED}, which no pod asks for where devices are claimed"
        yield Wrong(what=what, fix=fix, at="/queues")
    for number, pool in enumerate(cluster.pools):
        instance = instance_of(cluster, pool)
        if instance and instance.accelerators and instance.resource == CLAIMED:
            yield from _pool(cluster, pool, f"/pools/{number}")


def _pool(cluster: Cluster, pool: Pool, at: str) -> Iterator[Wrong]:
    if pool.sharing:
        fix = "Cut them with mig, or say devices: plugin."
        what = f"{pool.sharing.replicas} pods cannot claim one accelerator of '{pool.name}'"
        yield Wrong(what=what, fix=fix, at=f"{at}/sharing")
    if not is_karpenters(cluster, pool):
        return
    if pool.mig is not None:
        fix = "Let somebody else make these nodes (provisioner), or say devices: plugin."
        yield Wrong(what=f"karpenter buys no slices of '{pool.name}' for claims", fix=fix, at=f"{at}/mig")
    elif cluster.karpenter and not cluster.karpenter.claims:
        fix = "Start it with --ignore-dra-requests=false and say claims: true under karpenter."
        yield Wrong(what=f"karpenter would buy nodes of '{pool.name}' without counting claims", fix=fix, at=at)
