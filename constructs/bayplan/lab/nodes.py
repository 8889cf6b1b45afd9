"""Nodes of a lab: those that the plan counts with, as their kubelets would register them."""

from __future__ import annotations

from itertools import cycle, islice
from typing import TYPE_CHECKING, Any

from bayplan.spec.claims import is_claimed
from bayplan.spec.variants import machines_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bayplan.spec.cluster import Cluster
    from bayplan.spec.machine import Machine

DISK_MIB = 100 * 1024
"""Of nodes whose disk nobody has told; who asks for a part of it is not sent there."""


def make_nodes(cluster: Cluster, counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """As many nodes of each kind as `counts` says, evenly over its zones; `<kind>-0`, `<kind>-1`, ...

    A kind is a pool, or one of its bays or layouts.

    Allocatable is what the plan counts with: the machine less its own reserve and less the pool's overhead, since the
    daemonsets that take the latter do not run here.
    """
    machines = machines_of(cluster)
    return [
        _node(cluster, machines[name], f"{name}-{number}", zone)
        for name, count in sorted(counts.items())
        for number, zone in enumerate(islice(cycle(machines[name].zones), count))
    ]


def _node(cluster: Cluster, machine: Machine, name: str, zone: str) -> dict[str, Any]:
    room = {
        "cpu": f"{machine.cpu_millicores}m",
        "memory": f"{machine.memory_mib}Mi",
        "pods": str(machine.pods),
        "ephemeral-storage": f"{machine.ephemeral_mib or DISK_MIB}Mi",
        **({machine.resource: str(machine.accelerators)} if machine.accelerators else {}),
        **{device: str(count) for device, count in machine.devices.items()},
    }
    room = {name: amount for name, amount in room.items() if not is_claimed(cluster, name)}
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
