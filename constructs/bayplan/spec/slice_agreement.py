"""Slices that are asked for: some accelerator has them, and that of the model; and some pool has one so large."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from bayplan.spec.amount import whole_mebibytes
from bayplan.spec.mig import EIGHTHS, QUARTERS, SIZES_GB
from bayplan.spec.platform import runs_on
from bayplan.spec.slices import offered_profiles
from bayplan.spec.wrong import Wrong

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bayplan.complaint import Complaint
    from bayplan.spec.agreement import Apps, Clusters
    from bayplan.spec.cluster import Cluster
    from bayplan.spec.traits.accelerator import Accelerator


def disagreements(apps: Apps, clusters: Clusters) -> Iterator[Complaint]:
    """Slices that nobody can have, with those that there are."""
    for app, source in apps:
        there = [cluster for cluster, _ in clusters if runs_on(app, cluster)]
        for number, workload in enumerate(app.workloads):
            for word, accelerator in workload.accelerators.items():
                if not accelerator.slice:
                    continue
                wrongs = _profile(accelerator, there) if accelerator.asks_profile else _memory(accelerator, there)
                place = source.place(f"/workloads/{number}/{word}/slice")
                yield from (place.complain(wrong.what, wrong.fix) for wrong in wrongs)


def _profile(accelerator: Accelerator, clusters: Iterable[Cluster]) -> Iterator[Wrong]:
    wanted, model = str(accelerator.slice), accelerator.model
    if wanted not in _profiles(SIZES_GB):
        offered = {one.name for cluster in clusters for one in offered_profiles(cluster, model)}
        known = _profiles([model]) if model in SIZES_GB else offered or _profiles(SIZES_GB)
        yield Wrong(what=f"no accelerator has a slice '{wanted}'", fix=_nearest(wanted, known))
    elif model and model not in SIZES_GB:
        fix = f'Say share: "50%" for a part of its time, or a model that can be cut: {", ".join(sorted(SIZES_GB))}.'
        yield Wrong(what=f"{model} cannot be cut into slices, {wanted} is asked for", fix=fix)
    elif model and wanted not in _profiles([model]):
        yield Wrong(what=f"{model} has no slice '{wanted}'", fix=_nearest(wanted, _profiles([model])))


def _memory(accelerator: Accelerator, clusters: Iterable[Cluster]) -> Iterator[Wrong]:
    """Nobody can have what no pool is cut into; whether enough of them are left, the plan says."""
    wanted = str(accelerator.slice)
    for cluster in clusters:
        offered = [(one.memory_mib, one.name) for one in offered_profiles(cluster, accelerator.model)]
        largest = max(offered, default=(0, ""))
        of = f" of {accelerator.model}" if accelerator.model else ""
        if not largest[1]:
            fix = "Say mig: auto for a pool there, or leave slice out."
            yield Wrong(what=f"no pool{of} of cluster {cluster.name} is cut into slices", fix=fix)
        elif largest[0] < whole_mebibytes(wanted):
            what = f"no slice{of} on cluster {cluster.name} has {wanted}: the largest, {largest[1]}, has {largest[0]}Mi"
            yield Wrong(what=what, fix="Ask for less, or leave slice out: then it gets a whole accelerator.")


def _nearest(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, sorted(known), n=1, cutoff=0.75)
    return f'Did you mean "{near[0]}"?' if near else f"There are {', '.join(sorted(known))}."


def _profiles(models: Iterable[str | None]) -> set[str]:
    return {
        f"{part}.{size}gb"
        for model in models
        for sizes in SIZES_GB.get(model or "", ())
        for (part, _, _), size in zip(EIGHTHS if len(sizes) > len(QUARTERS) else QUARTERS, sizes, strict=True)
    }
