"""The kinds of nodes of a pool: one, or one for each bay and each way in which its accelerators may be cut."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bayplan.spec.cluster import POOL_LABEL
from bayplan.spec.machine import machine_of
from bayplan.spec.mig import CONFIG_LABEL, UNCUT, Profile, layout_name, named_layout, profiles_of
from bayplan.spec.mig import layouts as all_layouts
from bayplan.spec.sharing import PLUGIN_LABEL, plugin_config

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bayplan.spec.cluster import Cluster, Pool
    from bayplan.spec.machine import Machine

AUTO = "auto"
"""Layout that the plan decides."""


def machines_of(cluster: Cluster) -> dict[str, Machine]:
    """Every kind of node of a cluster by its name, which its nodes carry as the label `bayplan.dev/pool`."""
    return {name: machine for pool in cluster.pools for name, machine in variants_of(cluster, pool).items()}


def variants_of(cluster: Cluster, pool: Pool) -> dict[str, Machine]:
    """The kinds of nodes of one pool by name: that of the pool, with the layout and the bay behind it if it has many.

    All of them keep to the limits of the pool together.
    """
    machine = _share(machine_of(cluster, pool), pool)
    profiles = profiles_of(machine.accelerator, machine.accelerator_memory_mib)
    several = pool.mig == AUTO
    variants = {}
    for layout, slices in layouts_of(pool, profiles).items() or {"": {}}.items():
        cut = _cut(machine, layout, slices, profiles) if layout else machine
        for bay in range(1, pool.bays + 1):
            name = "-".join([pool.name, *([layout] if several else []), *([str(bay)] if pool.bays > 1 else [])])
            variants[name] = replace(cut, labels=dict(sorted({**cut.labels, POOL_LABEL: name}.items())))
    return variants


def layouts_of(pool: Pool, profiles: tuple[Profile, ...]) -> Mapping[str, Mapping[str, int]]:
    """The ways in which a pool's accelerators may be cut, by name; none where they are always whole."""
    if pool.mig is None:
        return {}
    if isinstance(pool.mig, dict):
        return {layout_name(profiles, pool.mig): pool.mig}
    if pool.mig == AUTO:
        return {UNCUT: {}, **all_layouts(profiles)}
    return {str(pool.mig): named_layout(profiles, str(pool.mig)) or {}}


def _share(machine: Machine, pool: Pool) -> Machine:
    """Where accelerators are shared, Kubernetes counts every share."""
    if pool.sharing is None:
        return machine
    resource = f"{machine.resource}.shared" if pool.sharing.renamed else machine.resource
    shares = pool.sharing.replicas
    labels = dict(sorted({**machine.labels, PLUGIN_LABEL: plugin_config(pool.sharing)}.items()))
    accelerators = machine.accelerators * shares
    return replace(machine, accelerators=accelerators, shares=shares, resource=resource, labels=labels)


def _cut(machine: Machine, layout: str, slices: Mapping[str, int], profiles: tuple[Profile, ...]) -> Machine:
    """Accelerators that are cut are counted as slices and no longer as whole ones."""
    labels = {**machine.labels, CONFIG_LABEL: layout}
    if not slices:
        return replace(machine, labels=labels, layout=layout)
    counts = {one.resource: slices[one.name] * machine.accelerators for one in profiles if one.name in slices}
    return replace(
        machine,
        labels=labels,
        layout=layout,
        accelerators=0,
        resource="",
        devices=dict(sorted({**machine.devices, **counts}.items())),
    )
