"""What the nodes of a pool are made of on AWS: image, network, disk, and what the kubelet keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.render.labels import MANAGED
from bayplan.spec.machine import instance_of
from bayplan.spec.provisioning import EFA, disk_gib, reserved

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bayplan.render.api_object import Body
    from bayplan.spec.cluster import Cluster, Pool
    from bayplan.spec.karpenter import Karpenter

GROUP = "karpenter.k8s.aws"
KIND = "EC2NodeClass"
ROOTS = {"al2023": "/dev/xvda", "bottlerocket": "/dev/xvdb"}
"""The disk that pods write to, by family: `EphemeralBlockDevice` in karpenter-provider-aws 1.15.1."""
SYSTEM = {"deviceName": "/dev/xvda", "ebs": {"volumeSize": "4Gi", "volumeType": "gp3", "encrypted": True}}
"""Bottlerocket's own disk, as large as it is by default."""


def node_class_reference(cluster: Cluster, pool: Pool) -> Body:
    """The class of a pool's nodes: its own, or the one that somebody else has written."""
    own = cluster.karpenter.node_class if cluster.karpenter else None
    if own:
        return {"group": own.group, "kind": own.kind, "name": own.name}
    return {"group": GROUP, "kind": KIND, "name": pool.name}


def node_class(cluster: Cluster, pool: Pool) -> Iterator[Body]:
    """An EC2NodeClass for a pool; none where somebody else writes it.

    Source: <https://karpenter.sh/docs/concepts/nodeclasses/>
    """
    ours = cluster.karpenter
    if ours is None or ours.node_class:
        return
    upkeep = pool.upkeep
    image = upkeep.image or ours.image or ""
    family = (upkeep.family if upkeep.image else ours.family) if image.startswith("ami-") else None
    yield {
        "apiVersion": f"{GROUP}/v1",
        "kind": KIND,
        "metadata": {"name": pool.name, "labels": MANAGED},
        "spec": {
            "amiFamily": family,
            "amiSelectorTerms": [{"id": image} if image.startswith("ami-") else {"alias": image}],
            **_identity(ours),
            "subnetSelectorTerms": _terms(ours.subnets),
            "securityGroupSelectorTerms": _terms(ours.security_groups),
            "capacityReservationSelectorTerms": _terms(upkeep.reservations) or None,
            "placementGroupSelector": _placement_group(upkeep.placement_group),
            "networkInterfaces": _interfaces(pool) or None,
            "tags": dict(sorted({**ours.tags, **upkeep.tags}.items())) or None,
            "kubelet": _kubelet(cluster, pool),
            **_disks(pool, (family or image.partition("@")[0]).lower()),
        },
    }


def _identity(karpenter: Karpenter) -> Body:
    return {"role": karpenter.role} if karpenter.role else {"instanceProfile": karpenter.instance_profile}


def _terms(chosen: dict[str, str] | Sequence[str] | None) -> list[Body]:
    """All tags together, or each id for itself."""
    if isinstance(chosen, dict):
        return [{"tags": dict(sorted(chosen.items()))}]
    return [{"id": one} for one in chosen or ()]


def _placement_group(group: str | None) -> Body | None:
    if group is None:
        return None
    return {"id": group} if group.startswith("pg-") else {"name": group}


def _interfaces(pool: Pool) -> list[Body]:
    """As many EFA interfaces as the pool says its nodes have, one on each network card, beside the usual one.

    Without them Karpenter attaches some for pods that ask for them when it buys; a node that is always there is bought
    for no pod.
    """
    count = pool.others.get(EFA, 0)
    first = {"networkCardIndex": 0, "deviceIndex": 0, "interfaceType": "interface"}
    rest = [{"networkCardIndex": card, "deviceIndex": 1, "interfaceType": "efa-only"} for card in range(count)]
    return [first, *rest] if rest else []


def _kubelet(cluster: Cluster, pool: Pool) -> Body:
    """As many pods as the plan counts on, and what the overhead keeps for the system.

    All else that the system keeps is the image's own and counted in the catalogue.
    """
    instance = instance_of(cluster, pool)
    return {
        "maxPods": instance.pods if instance else None,
        "systemReserved": dict(reserved(pool)) or None,
    }


def _disks(pool: Pool, family: str) -> Body:
    if pool.upkeep.local_disks:
        return {"instanceStorePolicy": "RAID0"}
    size = disk_gib(pool)
    if not size:
        return {}
    disk = {"volumeSize": f"{size}Gi", "volumeType": "gp3", "encrypted": True, "deleteOnTermination": True}
    system = [SYSTEM] if family == "bottlerocket" else []
    return {"blockDeviceMappings": [*system, {"deviceName": ROOTS[family], "ebs": disk}]}
