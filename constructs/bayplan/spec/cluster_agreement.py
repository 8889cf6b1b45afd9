"""What the parts of one cluster must agree on."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from bayplan.spec import karpenter_agreement, karpenter_versions, pool_agreement, pool_marks
from bayplan.spec.catalogue import ec2, gke
from bayplan.spec.machine import instance_of, room, zone_names
from bayplan.spec.queueing import agreement as queue_agreement
from bayplan.spec.wrong import Wrong

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.spec.cluster import Cluster, Instance, Pool

KNOWN_CONTROLLERS = (
    "argo-rollouts", "cert-manager", "external-secrets", "flagger", "flux", "gateway-api",
    "gateway-api-inference-extension", "gpu-operator", "istio", "istio-cni", "jobset", "karpenter", "keda", "kserve",
    "kubeflow-trainer", "kuberay", "kueue", "lws", "prometheus", "spark-operator", "vpa",
)  # fmt: skip
"""Others may be named, too; a name that is nearly one of these is taken for a slip."""


def disagreements(cluster: Cluster) -> Iterator[Wrong]:
    """Everything in which the parts of a cluster contradict each other."""
    yield from _controllers(cluster)
    found = list(_pools(cluster))
    # what kinds of nodes a pool has can only be said of pools that can be
    yield from found or (
        *pool_agreement.names(cluster),
        *karpenter_agreement.disagreements(cluster),
        *karpenter_versions.disagreements(cluster),
        *queue_agreement.disagreements(cluster),
    )


def _pools(cluster: Cluster) -> Iterator[Wrong]:
    names = [pool.name for pool in cluster.pools]
    for number, pool in enumerate(cluster.pools):
        at = f"/pools/{number}"
        if pool.name in names[:number]:
            yield Wrong(what=f"two pools are called '{pool.name}'", fix="Rename one of them.", at=f"{at}/name")
        yield from _zones(cluster, pool, at)
        yield from _machine(cluster, pool, at)


def _controllers(cluster: Cluster) -> Iterator[Wrong]:
    if "flux" not in cluster.controllers:
        fix = 'Add it with its version: flux: "2.9". Nothing reaches a cluster without it.'
        yield Wrong(what="flux is not among the controllers", fix=fix, at="/controllers")
    for name in cluster.controllers:
        near = get_close_matches(name, KNOWN_CONTROLLERS, n=1, cutoff=0.75)
        if near and name not in KNOWN_CONTROLLERS:
            fix = f'Did you mean "{near[0]}"?'
            yield Wrong(what=f"no controller is called '{name}'", fix=fix, at=f"/controllers/{name}")


def _zones(cluster: Cluster, pool: Pool, at: str) -> Iterator[Wrong]:
    full = zone_names(cluster, pool)
    for number, zone in enumerate(full):
        if not zone.startswith(cluster.region):
            fix = f'Write "a" or "{cluster.region}a".'
            yield Wrong(what=f"zone '{zone}' is not in {cluster.region}", fix=fix, at=f"{at}/zones/{number}")
        if zone in full[:number]:
            yield Wrong(what=f"zone '{zone}' is named twice", fix="Remove one of them.", at=f"{at}/zones/{number}")


def _machine(cluster: Cluster, pool: Pool, at: str) -> Iterator[Wrong]:
    instance = instance_of(cluster, pool)
    if instance is None:
        near = get_close_matches(str(pool.instance), [*cluster.instances, *ec2.lines(), *gke.TPU_V5E], n=1)
        fix = f'Did you mean "{near[0]}"?' if near else "Add it under instances, with its cpu and memory."
        yield Wrong(what=f"no instance type is called '{pool.instance}'", fix=fix, at=f"{at}/instance")
        return
    if pool.usd_per_hour is None and (pool.capacity != "on-demand" or instance.usd_per_hour is None):
        fix = 'Say what one node costs: usd_per_hour: "0.1234" (the catalogue has prices on demand only).'
        yield Wrong(what=f"{pool.capacity} pool '{pool.name}' has no price", fix=fix, at=at)
    yield from _overhead(pool, instance, at)
    yield from pool_agreement.disagreements(pool, instance, at)
    yield from pool_marks.disagreements(cluster, pool, instance, at)


def _overhead(pool: Pool, instance: Instance, at: str) -> Iterator[Wrong]:
    fix = "Lower it, or take a larger instance."
    for what, left in room(instance, pool).items():
        if left <= 0 and (what != "ephemeral" or pool.ephemeral or instance.ephemeral):
            yield Wrong(what=f"overhead leaves no {what} for pods", fix=fix, at=f"{at}/overhead/{what}")
    there = {**instance.others, **pool.others}
    for name, taken in pool.overhead.others.items():
        if taken > there.get(name, 0):
            what = f"overhead takes {taken} {name}, a node has {there.get(name, 0)}"
            yield Wrong(what=what, fix="Lower it, or say what a node has.", at=f"{at}/overhead/others")
