"""A cluster: where workloads can run, and what that costs."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from bayplan.spec.name import Name
from bayplan.spec.quantity import CpuText, MemoryText
from bayplan.spec.word import Word


class Nodes(Word):
    """How many nodes a pool may have."""

    min: Annotated[int, Field(ge=0, le=100_000)] = 0
    """Nodes that are always there and paid for."""
    max: Annotated[int, Field(ge=0, le=100_000)]
    """Nodes at the most: the quota."""


class Instance(Word):
    """A type of machine, as the catalogue has it or spelled out. Figures are what pods can use, per node."""

    cpu: CpuText
    """CPU that is left for pods after the node's own needs."""
    memory: MemoryText
    """Memory that is left for pods."""
    pods: Annotated[int, Field(ge=1, le=10_000)] = 110
    """Pods at the most."""
    accelerator: str | None = None
    """Model of its accelerators: `"l4"`, `"a100"`."""
    accelerators: Annotated[int, Field(ge=0, le=64)] = 0
    """How many it has."""
    accelerator_memory: MemoryText | None = None
    """Memory of each."""
    resource: str = "nvidia.com/gpu"
    """Name under which Kubernetes counts them."""
    architecture: Literal["amd64", "arm64"] = "amd64"
    """Processor: images must be built for it."""
    usd_per_hour: str | None = None
    """Price on demand: `"0.4032"`, at most four decimals."""


class Taint(Word):
    """Keeps pods off that do not tolerate it."""

    key: str
    """Name of the taint."""
    value: str = ""
    """Its value."""
    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"] = "NoSchedule"
    """What happens to pods that do not tolerate it."""


class Overhead(Word):
    """What every node of a pool loses to the platform itself."""

    cpu: CpuText = "0"
    """CPU of daemonsets and reserves."""
    memory: MemoryText = "0"
    """Memory of daemonsets and reserves."""
    pods: Annotated[int, Field(ge=0, le=1000)] = 0
    """Pods of daemonsets."""


class Pool(Word):
    """Nodes of one type that are bought together."""

    name: Name
    """Name of the pool; nodes carry it as the label `bayplan.dev/pool`."""
    instance: str | Instance
    """Type from the catalogue (`"m7i.2xlarge"`), from the cluster's own `instances`, or spelled out."""
    zones: Annotated[tuple[str, ...], Field(min_length=1)]
    """Zones that its nodes may stand in: `a` is short for `<region>a`."""
    nodes: Nodes
    """How many nodes."""
    capacity: Literal["on-demand", "spot", "reserved"] = "on-demand"
    """How it is paid. Spot can be taken away at any time: only workloads that bear it go there (later work)."""
    usd_per_hour: str | None = None
    """Price of a node, where it is not the catalogue's."""
    labels: dict[str, str] = {}
    """Labels of its nodes."""
    taints: tuple[Taint, ...] = ()
    """Taints of its nodes; pools with accelerators have `nvidia.com/gpu:NoSchedule` by default."""
    overhead: Overhead = Overhead()
    """What daemonsets and system reserves take of every node."""


class Mesh(Word):
    """How the service mesh is set up on the cluster."""

    gateway_namespace: str = "istio-ingress"
    """Namespace of the ingress gateway's pods, and of the certificates that it serves."""
    gateway_labels: dict[str, str] = {"istio": "ingressgateway"}
    """Labels of the ingress gateway's pods."""
    gateway_account: str = "istio-ingressgateway"
    """Service account of the ingress gateway: the only outside caller."""
    control_plane_namespace: str = "istio-system"
    """Namespace of istiod."""
    certificate: str = "gateway-certificate"
    """Name of the TLS secret in the gateway's namespace; who issues it is the cluster's business."""


class Source(Word):
    """Where Flux reads `dist/` from."""

    url: str
    """Git URL (`https://` or `ssh://`)."""
    branch: str = "main"
    """Branch that is synced."""
    secret: str | None = None
    """Name of the secret in flux-system with the credentials; by default none, the repository is public."""


class Cluster(Word):
    """One cluster of the fleet."""

    name: Name
    """Name of the cluster; also of its folder."""
    region: str
    """Cloud region: `"eu-central-1"`."""
    kubernetes: Literal["1.34", "1.35", "1.36", "1.37"]
    """Minor version of its API server."""
    controllers: dict[str, str]
    """Installed controllers with their versions: `{flux: "2.9", istio: "1.31"}`. What is absent cannot be rendered."""
    scheduler: Literal["LeastAllocated", "MostAllocated", "Karpenter"] = "LeastAllocated"
    """What seats the pods on nodes."""
    pools: Annotated[tuple[Pool, ...], Field(min_length=1)]
    """Its node pools."""
    instances: dict[str, Instance] = {}
    """Machine types of its own, beside the catalogue's; the same name replaces the catalogue's."""
    mesh: Mesh = Mesh()
    """The service mesh."""
    metrics_namespace: str = "monitoring"
    """Namespace of the Prometheus that scrapes."""
    source: Source
    """Where Flux reads from."""
