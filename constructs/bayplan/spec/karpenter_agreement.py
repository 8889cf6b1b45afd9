"""What a cluster must say where Karpenter makes its nodes, and what it cannot ask of Karpenter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.spec import claim_agreement
from bayplan.spec.cluster import Instance
from bayplan.spec.karpenter import KARPENTER
from bayplan.spec.machine import zone_names
from bayplan.spec.provisioning import (
    DISK_MAX_GIB,
    always_name,
    disk_gib,
    is_karpenters,
    is_told_devices,
    keeps_nodes,
    provisioner_of,
    too_much_reserved,
)
from bayplan.spec.variants import variants_of
from bayplan.spec.wrong import Wrong

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.spec.cluster import Cluster, Pool

LONGEST = 63
"""Of a NodePool's name, which its nodes carry as a label."""
RESTRICTED = ("karpenter.sh", "karpenter.k8s.aws")
"""Ends of domains whose labels only Karpenter gives; `IsRestrictedLabel` in karpenter 1.15.0."""
OWN_CLASS = ("image", "family", "tags", "placement_group", "reservations", "local_disks")
"""Words of a pool that its class of nodes says where somebody else writes it."""


def disagreements(cluster: Cluster) -> Iterator[Wrong]:
    """What stands between the words of a cluster and nodes that Karpenter makes."""
    if cluster.karpenter and KARPENTER not in cluster.controllers:
        fix = 'Add it with its version: karpenter: "1.15".'
        yield Wrong(what="karpenter is not among the controllers", fix=fix, at="/karpenter")
    if cluster.karpenter and cluster.controllers.get(KARPENTER, "1").startswith("0."):
        what = f"karpenter {cluster.controllers[KARPENTER]} has no NodePools of version v1"
        yield Wrong(what=what, fix="Take 1.0 or later.", at=f"/controllers/{KARPENTER}")
    for number, pool in enumerate(cluster.pools):
        at = f"/pools/{number}"
        for name in too_much_reserved(pool):
            what = f"the kubelet would keep more {name} than the overhead of '{pool.name}' counts"
            yield Wrong(what=what, fix="Raise overhead: it counts both.", at=f"{at}/overhead/reserved/{name}")
        yield from _pool(cluster, pool, at)
    yield from _names(cluster)
    yield from claim_agreement.disagreements(cluster)


def _names(cluster: Cluster) -> Iterator[Wrong]:
    """NodePools that would have the same name, or one that no label can hold; of pools that can be."""
    taken = {name for pool in cluster.pools for name in (pool.name, *variants_of(cluster, pool))}
    for number, pool in enumerate(cluster.pools):
        if not is_karpenters(cluster, pool) or not keeps_nodes(pool):
            continue
        zones, at = zone_names(cluster, pool), f"/pools/{number}/name"
        names = [always_name(cluster, name, zone) for name in variants_of(cluster, pool) for zone in zones]
        for name in sorted(taken.intersection(names)):
            what = f"'{name}' is the name of the nodes of '{pool.name}' that are always there"
            yield Wrong(what=what, fix="Rename one of the pools.", at=at)
        longest = max(names, key=len)
        if len(longest) > LONGEST:
            fix = f"Take a name that is {len(longest) - LONGEST} letters shorter."
            yield Wrong(what=f"a NodePool would be called {longest}", fix=fix, at=at)


def _pool(cluster: Cluster, pool: Pool, at: str) -> Iterator[Wrong]:
    if not is_karpenters(cluster, pool):
        if provisioner_of(cluster, pool) == KARPENTER:
            fix = "Say it for the cluster: karpenter: {role: ..., image: ..., subnets: ..., security_groups: ...}."
            yield Wrong(what=f"nobody says how karpenter makes '{pool.name}'", fix=fix, at=f"{at}/provisioner")
        elif "upkeep" in pool.model_fields_set:
            fix = 'Remove it, or say provisioner: "karpenter".'
            yield Wrong(what=f"karpenter does not make the nodes of '{pool.name}'", fix=fix, at=f"{at}/upkeep")
        return
    if isinstance(pool.instance, Instance):
        fix = "Put it under instances of the cluster, by the name that the cloud has for it."
        yield Wrong(what=f"karpenter buys by name, '{pool.name}' has none", fix=fix, at=f"{at}/instance")
    for key in pool.labels:
        if "/" in key and key.partition("/")[0].endswith(RESTRICTED):
            yield Wrong(what=f"only karpenter gives the label {key}", fix="Remove it.", at=f"{at}/labels/{key}")
    if pool.upkeep.weight and pool.nodes.min == pool.nodes.max:
        what = f"'{pool.name}' never buys a node beyond the {pool.nodes.min} that are always there"
        yield Wrong(what=what, fix="Remove weight, or raise nodes.max.", at=f"{at}/upkeep/weight")
    yield from _gates(cluster, pool, at)
    yield from _class(cluster, pool, at)


def _gates(cluster: Cluster, pool: Pool, at: str) -> Iterator[Wrong]:
    gates = cluster.karpenter.gates if cluster.karpenter else ()
    fix = "Start it with --feature-gates={gate}=true and say gates: [{gate}] under karpenter"
    if keeps_nodes(pool) and "StaticCapacity" not in gates:
        kept = f"the {pool.nodes.min or 'planned'} nodes of '{pool.name}'"
        what = f"karpenter keeps {kept} only with its gate StaticCapacity"
        end, word = (", or nodes.min: 0.", "nodes/min") if pool.nodes.min else (".", "upkeep/standing")
        yield Wrong(what=what, fix=fix.format(gate="StaticCapacity") + end, at=f"{at}/{word}")
    if isinstance(pool.instance, str) and "NodeOverlay" not in gates and is_told_devices(cluster, pool):
        what = f"karpenter knows the devices of '{pool.name}' only with its gate NodeOverlay"
        word = next((one for one in ("mig", "sharing", "others") if one in pool.model_fields_set), "instance")
        yield Wrong(what=what, fix=fix.format(gate="NodeOverlay") + ".", at=f"{at}/{word}")


def _class(cluster: Cluster, pool: Pool, at: str) -> Iterator[Wrong]:
    upkeep, is_reserved = pool.upkeep, pool.capacity == "reserved"
    if cluster.karpenter and cluster.karpenter.node_class:
        for word in OWN_CLASS:
            if word in upkeep.model_fields_set:
                fix = "Say it there."
                name = cluster.karpenter.node_class.name
                yield Wrong(what=f"{word} is a matter of the node class {name}", fix=fix, at=f"{at}/upkeep/{word}")
        return
    if is_reserved and not upkeep.reservations:
        fix = "Say which: upkeep: {reservations: [cr-...]}."
        yield Wrong(what=f"nobody says what is reserved for '{pool.name}'", fix=fix, at=f"{at}/capacity")
    if upkeep.reservations and not is_reserved:
        fix = "Say capacity: reserved, or remove them."
        what = f"'{pool.name}' is {pool.capacity} and has reservations"
        yield Wrong(what=what, fix=fix, at=f"{at}/upkeep/reservations")
    if pool.network and not upkeep.placement_group and not is_reserved:
        fix = "Name a group of the strategy cluster: upkeep: {placement_group: training}."
        yield Wrong(what=f"nothing brings the nodes of '{pool.name}' close together", fix=fix, at=f"{at}/network")
    if disk_gib(pool) > DISK_MAX_GIB:
        what = f"room of {pool.ephemeral} takes a disk of {disk_gib(pool)} GiB, AWS has {DISK_MAX_GIB} at the most"
        yield Wrong(what=what, fix="Lower it, or say upkeep: {local_disks: true}.", at=f"{at}/ephemeral")
