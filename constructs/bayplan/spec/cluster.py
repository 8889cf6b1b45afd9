"""A cluster: where workloads can run, and what that costs."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from bayplan.spec.address import AddressText
from bayplan.spec.karpenter import Karpenter
from bayplan.spec.name import GitUrl, LabelKey, LabelValue, Name, RegionName, UsdText, VersionText
from bayplan.spec.pool import POOL_LABEL, Instance, InstanceName, Nodes, Overhead, Pool, Sharing, Taint
from bayplan.spec.queue import Cohort, Queue
from bayplan.spec.quota import Quota
from bayplan.spec.secret_source import SecretSource
from bayplan.spec.word import Word
from bayplan.spec.wrong import refuse_all

__all__ = [
    "POOL_LABEL",
    "Cluster",
    "Cohort",
    "Instance",
    "Mesh",
    "Nodes",
    "Overhead",
    "Pool",
    "Queue",
    "Quota",
    "Sharing",
    "Source",
    "Taint",
]


class Mesh(Word):
    """How the service mesh is set up on the cluster."""

    gateway_namespace: Name = "istio-ingress"
    """Namespace of the ingress gateway's pods, and of the certificates that it serves."""
    gateway_labels: Annotated[dict[LabelKey, LabelValue], Field(min_length=1)] = Field(
        default_factory=lambda: {"istio": "ingressgateway"}
    )
    """Labels of the ingress gateway's pods."""
    gateway_account: Name = "istio-ingressgateway"
    """Service account of the ingress gateway: the only outside caller."""
    control_plane_namespace: Name = "istio-system"
    """Namespace of istiod."""
    certificate: Name = "gateway-certificate"
    """Name of the TLS secret in the gateway's namespace; who issues it is the cluster's business."""


class Source(Word):
    """Where Flux reads `dist/` from."""

    url: GitUrl
    """Git URL (`https://` or `ssh://`)."""
    branch: Annotated[str, Field(pattern=r"^[A-Za-z0-9][-A-Za-z0-9._/]*$", max_length=200)] = "main"
    """Branch that is synced."""
    secret: Name | None = None
    """Name of the secret in flux-system with the credentials; by default none, the repository is public."""


class Cluster(Word):
    """One cluster of the fleet."""

    name: Name
    """Name of the cluster; also of its folder."""
    region: RegionName
    """Cloud region: `"eu-central-1"`."""
    kubernetes: Literal["1.34", "1.35", "1.36", "1.37"]
    """Minor version of its API server."""
    controllers: dict[Name, VersionText]
    """Installed controllers with their versions: `{flux: "2.9", istio: "1.31"}`. What is absent cannot be rendered."""
    scheduler: Literal["LeastAllocated", "MostAllocated", "Karpenter"] = "LeastAllocated"
    """What seats the pods on nodes."""
    pools: Annotated[tuple[Pool, ...], Field(min_length=1)]
    """Its node pools."""
    quotas: dict[Name, Quota] = Field(default_factory=dict)
    """What teams may use at the most: `{vision: {accelerators: 8, usd_per_hour: "12"}}`. By default anything."""
    queues: dict[Name, Queue] = Field(default_factory=dict)
    """Queues in which the jobs of teams wait for room, where kueue is among the controllers:
    `{vision: {guaranteed: {l4: 4}}}`. Jobs of a team without one start at once, and wait for nodes."""
    cohorts: dict[Name, Cohort] = Field(default_factory=dict)
    """What queues borrow besides each other's. A cohort that only queues name has nothing of its own."""
    fair_sharing: bool = False
    """Whether Kueue was set up to share what is borrowed by `weight` (`fairSharing` in its Configuration): then who has
    borrowed least for its weight goes first, and jobs of who has borrowed most may be stopped for it. By default the
    higher priority borrows first, then who came first."""
    budget: Quota | None = None
    """What all teams together may use at the most; by default what the pools hold."""
    instances: dict[InstanceName, Instance] = Field(default_factory=dict)
    """Machine types of its own, beside the catalogue's; the same name replaces the catalogue's."""
    devices: Literal["plugin", "dra"] = "plugin"
    """How pods get NVIDIA's accelerators. `plugin`: by a number of a resource that the device plugin counts. `dra`: by
    claims that say model, memory and slice (dynamic resource allocation); NVIDIA's driver dra-driver-nvidia-gpu must
    run in the plugin's place."""
    karpenter: Karpenter | None = None
    """How Karpenter makes nodes: then its pools are written as NodePools, unless they say another `provisioner`."""
    storage: dict[Name, UsdText] = Field(default_factory=dict)
    """What a GiB of volume costs a month by storage class: `{gp3: "0.08"}`. Only these classes can be asked for."""
    mesh: Mesh = Mesh()
    """The service mesh."""
    gpu_operator_namespace: Name = "gpu-operator"
    """Namespace of NVIDIA's GPU operator, where it is among the controllers: it gets the layouts of MIG."""
    metrics_namespace: Name = "monitoring"
    """Namespace of the Prometheus that scrapes."""
    secrets: SecretSource = SecretSource()
    """Where apps get their secrets from: `{store: vault}`, where external-secrets is among the controllers. By default
    from files in `secrets/<cluster>/<app>/`, encrypted with SOPS."""
    metrics_address: AddressText | None = None
    """Where Prometheus answers queries: `"http://prometheus.monitoring.svc:9090"`. By default where the operator of
    Prometheus has it."""
    source: Source
    """Where Flux reads from."""

    @model_validator(mode="after")
    def _agree(self) -> Self:
        # read late: the rules look types up in the catalogue, which is made of these words
        from bayplan.spec.cluster_agreement import disagreements  # noqa: PLC0415

        refuse_all(disagreements(self))
        return self
