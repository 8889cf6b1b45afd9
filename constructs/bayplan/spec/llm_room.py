"""What a cluster lacks to serve a model: controllers, and accelerators with enough memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bayplan.spec.controller import absent, version_of
from bayplan.spec.machine import machine_of
from bayplan.spec.model_memory import gigabytes, need_of, room
from bayplan.spec.wrong import Wrong

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.spec.cluster import Cluster
    from bayplan.spec.machine import Machine
    from bayplan.spec.model import Model
    from bayplan.spec.workloads.model_server import ModelServer

_MIB = 2**20
KNOWS_POOLS = (1, 28)
"""Istio that takes InferencePool v1: https://istio.io/latest/news/releases/1.28.x/announcing-1.28/"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Accelerators that one replica takes of a machine."""

    count: int
    model: str | None
    least_mib: int
    at: str
    every: bool
    """Whether all machines that have them must do: the plan may take any."""


def lacking(server: ModelServer, cluster: Cluster) -> Iterator[Wrong]:
    """Everything that a model server needs and the cluster does not have."""
    model = server.held
    if server.canary and "istio" not in cluster.controllers:
        what = f"requests are divided by a mesh, and cluster {cluster.name} has no istio"
        fix = "Add istio with its version to the cluster's controllers, or remove the canary."
        yield Wrong(what=what, fix=fix, at="/canary")
    if server.serving == "kserve":
        yield from absent(cluster, server.name, "kserve", "which runs it")
        if server.llm and server.llm.needs_router:
            yield from absent(cluster, server.name, "gateway-api", "by which KServe routes requests")
    if server.has_own_router:
        yield from _without_gateway(server, cluster)
    if server.serving == "ray":
        yield from absent(cluster, server.name, "kuberay", "which runs it on Ray")
    if server.machines > 1:
        why = f"for replicas of {server.machines} machines"
        yield from absent(cluster, server.name, "lws", why)
    if model is None:
        return
    if model.kind == "oci" and cluster.kubernetes == "1.34":
        what = f"{model.reference} is an image that is mounted, which Kubernetes {cluster.kubernetes} of cluster "
        what += f"{cluster.name} does not do unless it is told to"
        yield Wrong(what=what, fix="Upgrade the cluster to 1.35, or fetch the model from elsewhere.", at="/model")
    machines = [machine_of(cluster, pool) for pool in cluster.pools]
    for asked in _asked(server):
        yield from _room(server, model, asked, cluster.name, machines)


def _without_gateway(server: ModelServer, cluster: Cluster) -> Iterator[Wrong]:
    """What leads requests by way of a router: Istio's gateway, which learns of pools by the Gateway API."""
    yield from absent(cluster, server.name, "istio", "whose gateway asks its router")
    yield from absent(cluster, server.name, "gateway-api", "by which its requests are routed")
    why = "whose InferencePool names its replicas and their router"
    yield from absent(cluster, server.name, "gateway-api-inference-extension", why)
    version = cluster.controllers.get("istio")
    if version and version_of(version) < KNOWS_POOLS:
        what = f"istio {version} of cluster {cluster.name} does not know inference.networking.k8s.io/v1"
        fix = (
            "Upgrade istio to 1.28 or newer, with ENABLE_GATEWAY_API_INFERENCE_EXTENSION=true in istiod's environment."
        )
        yield Wrong(what=what, fix=fix, at="/llm/routed")


def _asked(server: ModelServer) -> Iterator[Asked]:
    for number, one in enumerate(server.load.carried_by if server.load else ()):
        at = f"/load/carried_by/{number}"
        yield Asked(count=one.count, model=one.model, least_mib=one.accelerator.memory_mib, at=at, every=True)
    prefill = server.llm.prefill.accelerator if server.llm and server.llm.prefill else None
    if prefill and not prefill.slice:
        at = "/llm/prefill/accelerator"
        yield Asked(count=prefill.count, model=prefill.model, least_mib=prefill.memory_mib, at=at, every=False)
    one_of = server.accelerator
    if one_of and not one_of.slice:
        at = "/llm" if server.llm else "/model"
        yield Asked(count=one_of.count, model=one_of.model, least_mib=one_of.memory_mib, at=at, every=False)


def _room(server: ModelServer, model: Model, asked: Asked, cluster: str, machines: list[Machine]) -> Iterator[Wrong]:
    """Too few accelerators in one machine, or too little memory in each; nothing where the plan says it anyway."""
    need = need_of(model, server.llm, asked.count)
    alike = [
        one
        for one in machines
        if one.accelerators and asked.model in (None, one.accelerator) and one.accelerator_memory_mib >= asked.least_mib
    ]
    if need is None or not alike:
        return
    most = max(one.accelerators for one in alike)
    if most < asked.count:
        what = f"{asked.count} accelerators of one replica stand in one machine, those of cluster {cluster} have {most}"
        fix = f"Lower accelerator.count to {most}; with llm, pipeline takes several machines."
        yield Wrong(what=what, fix=fix, at=asked.at)
        return
    large = [one.accelerator_memory_mib for one in alike if one.accelerators >= asked.count]
    there = min(large) if asked.every else max(large)
    if there < need.mib:
        what = f"{model.reference} does not fit: each accelerator needs {gigabytes(need.mib * _MIB)}, "
        what += f"{_called(asked)} of cluster {cluster} has {room(there)}; {need}"
        yield Wrong(what=what, fix=_way_out(server, model, asked, machines), at=asked.at)


def _called(asked: Asked) -> str:
    return f"the smallest {asked.model}" if asked.every else asked.model or "the largest"


def _way_out(server: ModelServer, model: Model, asked: Asked, machines: list[Machine]) -> str:
    """What would do: other accelerators of the cluster, more of them, or smaller words."""
    for count in (asked.count, 2 * asked.count, 4 * asked.count, 8 * asked.count):
        need = need_of(model, server.llm, count)
        fits = sorted(
            {
                one.accelerator or ""
                for one in machines
                if need and one.accelerators >= count and one.accelerator_memory_mib >= need.mib
            }
        )
        divides = count == asked.count or not (model.heads and model.heads % count)
        free = count == asked.count or not (server.llm and server.llm.tensor)
        if fits and divides and free:
            each = "" if count == 1 else f" with {count} in each replica" if count != asked.count else ""
            return (
                f"Take {' or '.join(fits)}{each}, or lower context or requests."
                if server.llm
                else (f"Take {' or '.join(fits)}{each}.")
            )
    fewer = "Lower context or requests, keep the cache as fp8, or" if server.llm else "Store its weights smaller, or"
    return f"{fewer} add a pool with larger accelerators."
