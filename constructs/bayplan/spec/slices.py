"""Which kind of slice an accelerator's words mean on a cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.spec.amount import whole_mebibytes
from bayplan.spec.machine import machine_of
from bayplan.spec.mig import PREFIX, profiles_of
from bayplan.spec.variants import layouts_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.spec.cluster import Cluster
    from bayplan.spec.mig import Profile
    from bayplan.spec.traits.accelerator import Accelerator


def slice_resource(cluster: Cluster, accelerator: Accelerator) -> str:
    """Name under which Kubernetes counts the slices that are asked for; "" where whole accelerators are.

    Who asks for memory gets the smallest profile with enough of it that any pool of the cluster can have: one name for
    all its replicas, for a pod cannot say "this or that". Where there is none the name is one that no node has.
    """
    wanted = accelerator.slice
    if wanted is None:
        return ""
    if accelerator.asks_profile:
        return f"{PREFIX}{wanted}"
    need = whole_mebibytes(wanted)  # rounded down, so that 5G finds what is called 5gb
    offered = [one for one in offered_profiles(cluster, accelerator.model) if one.memory_mib >= need]
    # among those with as much memory the fewest processors, then the name: another order of pools changes nothing
    best = min(offered, key=lambda one: (one.memory_mib, one.name), default=None)
    return best.resource if best else f"{PREFIX}of-{wanted}"


def offered_profiles(cluster: Cluster, model: str | None) -> Iterator[Profile]:
    """The profiles that pools of a cluster may be cut into."""
    for pool in cluster.pools:
        if pool.mig is None:
            continue
        machine = machine_of(cluster, pool)
        profiles = profiles_of(machine.accelerator, machine.accelerator_memory_mib)
        if model in (None, machine.accelerator):
            names = {name for slices in layouts_of(pool, profiles).values() for name in slices}
            yield from (profile for profile in profiles if profile.name in names)
