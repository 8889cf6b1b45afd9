"""What the words of one pool must agree on: how its accelerators are cut or shared, and what its nodes are called."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from bayplan.spec.amount import whole_mebibytes
from bayplan.spec.machine import instance_of
from bayplan.spec.mig import SIZES_GB, fits, layouts, named_layout, profiles_of
from bayplan.spec.variants import AUTO, variants_of
from bayplan.spec.wrong import Wrong

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bayplan.spec.cluster import Cluster, Instance, Pool
    from bayplan.spec.mig import Profile

LONGEST = 63
"""Of a label's value."""


def disagreements(pool: Pool, instance: Instance, at: str) -> Iterator[Wrong]:
    """Everything in which the words of a pool contradict each other or its machine."""
    if pool.sharing and pool.mig is not None:
        fix = "Keep one of them."
        yield Wrong(what=f"the accelerators of '{pool.name}' are both cut and shared", fix=fix, at=f"{at}/mig")
    if pool.sharing and (not instance.accelerators or instance.resource != "nvidia.com/gpu"):
        fix = "Only NVIDIA's device plugin shares accelerators: leave it out."
        yield Wrong(what=f"nodes of '{pool.name}' have no nvidia.com/gpu to share", fix=fix, at=f"{at}/sharing")
    if pool.runtime and not instance.accelerators:
        fix = "Leave it out: it is for pods that get accelerators."
        yield Wrong(what=f"nodes of '{pool.name}' have no accelerators", fix=fix, at=f"{at}/runtime")
    if pool.mig is not None:
        yield from _mig(pool, instance, f"{at}/mig")


def _runtimes(cluster: Cluster) -> Iterator[Wrong]:
    """Pools of one sort of accelerators whose pods would need two runtimes: a pod has one, and may run in both."""
    first: dict[str, Pool] = {}
    for number, pool in enumerate(cluster.pools):
        instance = instance_of(cluster, pool)
        if instance is None or not instance.accelerators:
            continue
        other = first.setdefault(instance.resource, pool)
        if other.runtime != pool.runtime:
            said = f"'{other.name}' says {other.runtime or 'none'}, '{pool.name}' {pool.runtime or 'none'}"
            fix = f"Say the same runtime for all pools with {instance.resource}."
            what = f"pods may get {instance.resource} in both pools, but {said}"
            yield Wrong(what=what, fix=fix, at=f"/pools/{number}{'/runtime' if pool.runtime else ''}")


def _mig(pool: Pool, instance: Instance, at: str) -> Iterator[Wrong]:
    memory = whole_mebibytes(instance.accelerator_memory) if instance.accelerator_memory else 0
    profiles = profiles_of(instance.accelerator, memory) if instance.resource == "nvidia.com/gpu" else ()
    if not profiles:
        what = (
            f"{instance.accelerator} cannot be cut" if instance.accelerator else "its nodes have no accelerators to cut"
        )
        fix = f"MIG is known for {', '.join(sorted(SIZES_GB))}: leave it out."
        yield Wrong(what=what, fix=fix, at=at)
    elif not memory and len(SIZES_GB[str(instance.accelerator)]) > 1:
        fix = 'Say accelerator_memory: "40Gi".'
        yield Wrong(what=f"{instance.accelerator} is sold with more and with less memory", fix=fix, at=at)
    elif isinstance(pool.mig, dict):
        yield from _slices(pool.mig, instance, profiles, at)
    elif pool.mig != AUTO and named_layout(profiles, str(pool.mig)) is None:
        known = [AUTO, "all-disabled", *(f"all-{one.name}" for one in profiles), *layouts(profiles)]
        near = get_close_matches(str(pool.mig), known, n=1)
        fix = f'Did you mean "{near[0]}"?' if near else f"There are {', '.join(known[: 2 + len(profiles)])}."
        yield Wrong(what=f"no layout of {instance.accelerator} is called '{pool.mig}'", fix=fix, at=at)


def _slices(slices: Mapping[str, int], instance: Instance, profiles: tuple[Profile, ...], at: str) -> Iterator[Wrong]:
    known = {one.name: one for one in profiles}
    strange = [name for name in slices if name not in known]
    for name in strange:
        near = get_close_matches(name, known, n=1)
        fix = f'Did you mean "{near[0]}"?' if near else f"There are {', '.join(known)}."
        yield Wrong(what=f"{instance.accelerator} has no slice '{name}'", fix=fix, at=f"{at}/{name}")
    if strange or fits(profiles, slices):
        return
    needed = sum(known[name].size * count for name, count in slices.items())
    has = max(one.size for one in profiles)
    asked = " and ".join(f"{count} x {name}" for name, count in slices.items())
    if needed > has:
        why = f"they take {needed} parts of its memory, it has {has}"
    else:
        starts = [f"{name} may start at {', '.join(map(str, known[name].starts))}" for name in slices]
        why = f"of its parts 0 to {has - 1} a {'; a '.join(starts)}"
    fix = 'Take a layout that exists, or "auto": then the plan chooses one.'
    yield Wrong(what=f"{asked} do not fit on one {instance.accelerator}: {why}", fix=fix, at=at)


def names(cluster: Cluster) -> Iterator[Wrong]:
    """Kinds of nodes that would have the same name, or one that no label can hold; runtimes that differ."""
    yield from _runtimes(cluster)
    taken = {pool.name: number for number, pool in enumerate(cluster.pools)}
    for number, pool in enumerate(cluster.pools):
        variants = [name for name in variants_of(cluster, pool) if name != pool.name]
        for name in variants:
            if name in taken:
                what = f"pool '{name}' has the name of a bay of pool '{pool.name}'"
                yield Wrong(what=what, fix="Rename one of them.", at=f"/pools/{taken[name]}/name")
            taken[name] = number
        longest = max(variants, key=len, default="")
        if len(longest) > LONGEST:
            fix = f"Take a name that is {len(longest) - LONGEST} letters shorter."
            yield Wrong(what=f"its nodes would be called {longest}", fix=fix, at=f"/pools/{number}/name")
