"""Kinds of nodes as Kueue knows them: one ResourceFlavor for each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from bayplan.spec.mig import PREFIX
from bayplan.spec.variants import variants_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bayplan.spec.cluster import Cluster, Pool
    from bayplan.spec.machine import Machine

CPU, MEMORY, DISK = "cpu", "memory", "ephemeral-storage"
MIB = 2**20
ZONE, HOST = "topology.kubernetes.io/zone", "kubernetes.io/hostname"
PROFILE = re.compile(r"[1-9]g\.[0-9]+gb")


@dataclass(frozen=True, slots=True, kw_only=True)
class Flavor:
    """One kind of node: its name, what one of them has, and how many there may be."""

    name: str
    """That of the ResourceFlavor, and of the pool's variant."""
    pool: str
    machine: Machine
    nodes_max: int
    """Of all flavors of the pool together."""
    is_spot: bool = False
    levels: tuple[str, ...] = ()
    """Labels by which Kueue places pods near each other, the widest first; none where nodes come and go: it looks only
    at nodes that are there."""

    @property
    def counts_accelerators(self) -> bool:
        """Whether its quotas are counted in accelerators or their slices, and not in CPU."""
        return bool(self.counted)

    @property
    def counted(self) -> dict[str, int]:
        """Accelerators of one node, whole or in slices, by the name under which Kubernetes counts them."""
        machine = self.machine
        slices = {name: count for name, count in machine.devices.items() if name.startswith(PREFIX)}
        whole = {machine.resource: machine.accelerators} if machine.accelerators else {}
        return whole | slices

    @property
    def room(self) -> dict[str, int]:
        """What pods can have of one node."""
        machine = self.machine
        disk = {DISK: machine.ephemeral_mib * MIB} if machine.ephemeral_mib else {}
        basic = {CPU: machine.cpu_millicores, MEMORY: machine.memory_mib * MIB}
        return {**basic, **disk, **machine.devices, **self.counted}


@lru_cache(maxsize=8)
def flavors_of(cluster: Cluster) -> Mapping[str, Flavor]:
    """Every kind of node of a cluster by its name, in the order of the file; kept, for the catalogue is slow to ask."""
    return {one.name: one for pool in cluster.pools for one in of_pool(cluster, pool)}


def of_pool(cluster: Cluster, pool: Pool) -> Iterable[Flavor]:
    """The kinds of nodes of one pool."""
    levels = (ZONE, *pool.topology, HOST) if (pool.network or pool.topology) and is_steady(pool) else ()
    for name, machine in variants_of(cluster, pool).items():
        yield Flavor(
            name=name,
            pool=pool.name,
            machine=machine,
            nodes_max=pool.nodes.max,
            is_spot=pool.capacity == "spot",
            levels=levels,
        )


def is_steady(pool: Pool) -> bool:
    """Whether all nodes of a pool are always there."""
    return 0 < pool.nodes.min == pool.nodes.max


def meant(cluster: Cluster, flavors: Iterable[Flavor], key: str) -> list[tuple[Flavor, str]]:
    """The flavors that an amount's key means, each with the resource that it counts there; none where nothing has it.

    A pool's name goes before a model's: it says more exactly what is meant. Of the layouts of a pool those go first
    that have most of a slice: what is guaranteed then takes as few nodes as can be.
    """
    is_pool = any(pool.name == key for pool in cluster.pools)
    found = ((one, _counted(one, key, is_pool=is_pool)) for one in flavors)
    places = [(flavor, resource) for flavor, resource in found if resource]
    pools = list(dict.fromkeys(flavor.pool for flavor, _ in places))
    most = {flavor.name: flavor.machine.devices.get(resource, 0) for flavor, resource in places}
    return sorted(places, key=lambda place: (pools.index(place[0].pool), -most[place[0].name]))


def _counted(flavor: Flavor, key: str, *, is_pool: bool) -> str:
    if key in (CPU, MEMORY):
        return "" if flavor.counts_accelerators else key
    counted = flavor.counted
    if is_pool:
        return next(iter(counted), CPU) if flavor.pool == key else ""
    if PROFILE.fullmatch(key):
        return f"{PREFIX}{key}" if f"{PREFIX}{key}" in counted else ""
    return flavor.machine.resource if flavor.machine.accelerator == key and flavor.machine.accelerators else ""
