"""Nodes of a lab: those that the plan counts with, as their kubelets would register them."""

from __future__ import annotations

from itertools import cycle, islice
from typing import TYPE_CHECKING, Any

from bayplan.spec.machine import machine_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bayplan.spec.cluster import Cluster, Pool


def make_nodes(cluster: Cluster, counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """As many nodes of each pool as `counts` says, evenly over its zones; `<pool>-0`, `<pool>-1`, ...

    Allocatable is what the plan counts with: the machine less its own reserve and less the pool's overhead, since the
    daemonsets that take the latter do not run here.
    """
    pools = {pool.name: pool for pool in cluster.pools}
    return [
        _node(cluster, pools[name], f"{name}-{number}", zone)
        for name, count in sorted(counts.items())
        for number, zone in enumerate(islice(cycle(machine_of(cluster, pools[name]).zones), count))
    ]


def _node(cluster: Cluster, pool: Pool, name: str, zone: str) -> dict[str, Any]:
    machine = machine_of(cluster, pool)
    room = {
        "cpu": f"{machine.cpu_millicores}m",
        "memory": f"{machine.memory_mib}Mi",
        "pods": str(machine.pods),
        "ephemeral-storage": "100Gi",
        **({machine.resource: str(machine.accelerators)} if machine.accelerators else {}),
    }
    labels = {
        **machine.labels,
        "kubernetes.io/arch": machine.architecture,
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
        "node.kubernetes.io/instance-type": machine.instance,
        "topology.kubernetes.io/region": cluster.region,
        "topology.kubernetes.io/zone": zone,
    }
    taints = [
        {"key": one.key, "effect": one.effect} | ({"value": one.value} if one.value else {}) for one in machine.taints
    ]
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": labels},
        "spec": {"taints": taints},
        "status": {"capacity": room, "allocatable": room},
    }
