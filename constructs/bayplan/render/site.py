"""Where a workload stands: its app, the cluster around it, the nodes it may run on, who calls it and whom it calls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bayplan.spec.claims import Claim  # noqa: TC001 - dataclass fields are read at run time
from bayplan.spec.cluster import Mesh, Taint  # noqa: TC001 - dataclass fields are read at run time
from bayplan.spec.queueing.job import has_queue
from bayplan.spec.workloads.model_server import ModelServer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bayplan.spec.cluster import Cluster
    from bayplan.spec.external import External
    from bayplan.spec.machine import Machine
    from bayplan.spec.traits.accelerator import Accelerator
    from bayplan.spec.traits.expose import Expose
    from bayplan.spec.workloads.server import Server
    from bayplan.spec.workloads.workload import Workload

SAID_BY_PODS = "cloud.google.com/gke-tpu-"
"""Labels that a pod must name or GKE refuses it where it asks for google.com/tpu: accelerator and topology.

Source: <https://cloud.google.com/kubernetes-engine/docs/how-to/tpus>
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What is the same for all workloads of an app on one cluster."""

    app: str
    """Name of the app, which is its namespace."""
    team: str
    mesh: Mesh | None = None
    """The service mesh; None where the cluster has none: then no object of Istio is made."""
    metrics_namespace: str = "monitoring"
    """Namespace of the Prometheus that scrapes."""
    prometheus: str = "http://prometheus-operated.monitoring.svc:9090"
    """Where it answers queries."""
    trainer: bool = False
    """Whether Kubeflow Trainer runs the training jobs of the frameworks that it knows."""
    queue: str = ""
    """Queue in the app's namespace where its jobs wait, called as the team; "" where they start at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Berth:
    """The nodes that a workload may run on, as the plan decided."""

    pools: tuple[str, ...] = ()
    """Names of pools; empty for any node."""
    architectures: tuple[str, ...] = ()
    taints: tuple[Taint, ...] = ()
    """Taints of these nodes, which the workload has to tolerate."""
    zones: tuple[str, ...] = ()
    """Zones of these pools that it has to keep to; empty for all."""
    even: bool = False
    """Whether each of these nodes holds as many of its replicas as any other, give or take one."""
    storage_class: str = ""
    """Of a new volume that does not say its own."""
    resource: str = "nvidia.com/gpu"
    """Name under which these nodes count their accelerators."""
    levels: tuple[str, ...] = ()
    """Labels by which a queue can tell how near these nodes are to each other, the widest first; () where it cannot."""
    selectors: tuple[tuple[str, str], ...] = ()
    """Labels of these nodes that pods have to say besides."""
    bought: bool = False
    """Whether Karpenter makes these nodes, and takes them down to save money."""
    claim: Claim | None = None
    """What each pod claims, where accelerators are not counted by `resource`."""
    runtime: str = ""
    """RuntimeClass of pods that get accelerators there; "" for that of all pods."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Peer:
    """A workload at the other end of a call."""

    app: str
    name: str
    port: int = 0
    """Port that it listens on; of no interest for callers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """What leads from a host name of the outside world to one workload."""

    app: str
    workload: str
    paths: tuple[str, ...] = ("/",)
    timeout: str = "30s"
    """"" for none."""
    retries: int = 2
    weights: tuple[tuple[str, int], ...] = ()
    """Of a workload in parts that carry different loads: how much of 100 requests each gets, by name of the part."""
    canary: tuple[str, int] | None = None
    """Of a workload with a canary: its name, and how much of 100 requests it gets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A part of a workload's replicas that the plan runs on nodes of their own kind."""

    part: str
    """Its name: of the accelerators, or of the capacity."""
    replicas_min: int
    replicas_max: int
    berth: Berth = Berth()
    accelerator: Accelerator | None = None
    """Of each replica."""
    weight: int = 0
    """Of 100 requests, how many it gets; 0 where all replicas are alike."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """All that a workload's objects depend on besides its own words."""

    site: Site
    berth: Berth = Berth()
    callers: tuple[Peer, ...] = ()
    """Workloads that may call it."""
    callees: tuple[Peer, ...] = ()
    """Workloads that it may call."""
    routes: tuple[Route, ...] | None = None
    """Routes of its host name: None for its own alone, () where another workload brings them all."""
    shares: tuple[Share, ...] = ()
    """Its parts, sorted by name; () where it runs as a whole on `berth`."""
    pull_secret: str = ""
    """Secret with the login of the image registry; "" where none is needed."""
    seal: str = ""
    """What its encrypted secrets look like; "" where it reads none."""
    reads: Peer | None = None
    """Who reads its metrics without an identity; None for nobody but Prometheus."""
    externals: tuple[External, ...] = ()
    """Services outside of the platform that the app names."""
    behind_gateway: bool = False
    """Whether requests of the outside world come to it, not exposed itself, as the canary of one that is."""
    waits: bool = False
    """Whether the plan has no room for it: then it has no replicas until there is."""


def route_to(app: str, workload: Server, expose: Expose) -> Route:
    """The route to a workload that is exposed."""
    return Route(
        app=app,
        workload=workload.name,
        paths=tuple(expose.paths),
        timeout=expose.timeout,
        retries=expose.retries,
        canary=canary_of(workload),
    )


def canary_of(workload: Workload) -> tuple[str, int] | None:
    """The workload that gets a share of the requests of another, and how much of 100."""
    canary = workload.canary if isinstance(workload, ModelServer) else None
    return (canary.to, int(canary.share.removesuffix("%"))) if canary else None


def site_of(cluster: Cluster, *, app: str, team: str) -> Site:
    """The site of an app on a cluster."""
    mesh = cluster.mesh if "istio" in cluster.controllers else None
    queue = team if has_queue(cluster, team) else ""
    prometheus = cluster.metrics_address or f"http://prometheus-operated.{cluster.metrics_namespace}.svc:9090"
    return Site(
        app=app,
        team=team,
        mesh=mesh,
        metrics_namespace=cluster.metrics_namespace,
        prometheus=prometheus,
        trainer="kubeflow-trainer" in cluster.controllers,
        queue=queue,
    )


def berth_of(machines: Mapping[str, Machine], pools: Iterable[str]) -> Berth:
    """The berth that some pools of a cluster offer; `machines` are all of the cluster's, by name of the pool."""
    chosen = [machines[pool] for pool in sorted(pools)]
    resources = sorted({machine.resource for machine in chosen if machine.resource})
    taints = {(taint.key, taint.value, taint.effect): taint for machine in chosen for taint in machine.taints}
    return Berth(
        pools=tuple(sorted(pools)),
        architectures=tuple(sorted({machine.architecture for machine in chosen})),
        taints=tuple(taint for _, taint in sorted(taints.items())),
        resource=resources[0] if resources else Berth().resource,
        runtime=next((machine.runtime for machine in chosen if machine.runtime), ""),
        selectors=tuple(sorted(set.intersection(*map(_selectors, chosen)))) if chosen else (),
    )


def _selectors(machine: Machine) -> set[tuple[str, str]]:
    return {(key, value) for key, value in machine.labels.items() if key.startswith(SAID_BY_PODS)}
