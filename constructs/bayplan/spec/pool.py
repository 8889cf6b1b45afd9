"""A pool: nodes that are bought together, what one of them has, and how that is divided."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Discriminator, Field, Tag, model_validator

from bayplan.spec.karpenter import Provisioner
from bayplan.spec.many import Many
from bayplan.spec.name import LabelKey, LabelValue, Name, ResourceName, UsdText, Whole
from bayplan.spec.quantity import CpuText, MemoryText, SomeCpuText, SomeMemoryText
from bayplan.spec.traits.accelerator import ModelName
from bayplan.spec.upkeep import Upkeep
from bayplan.spec.word import Word
from bayplan.spec.wrong import Wrong, refuse, refuse_all

POOL_LABEL = "bayplan.dev/pool"
"""Label by which pods find the nodes of their pool."""


class Nodes(Word):
    """How many nodes a pool may have."""

    min: Annotated[Whole, Field(ge=0, le=100_000)] = 0
    """Nodes that are always there and paid for."""
    max: Annotated[Whole, Field(ge=0, le=100_000)]
    """Nodes at the most: the quota."""

    @model_validator(mode="after")
    def _keep_order(self) -> Self:
        if self.min > self.max:
            refuse_all(
                [Wrong(what=f"min {self.min} is above max {self.max}", fix="Raise max or lower min.", at="/min")]
            )
        return self


Devices = dict[ResourceName, Annotated[Whole, Field(ge=0, le=1_000_000)]]
"""Devices by the name under which Kubernetes counts them."""


class Instance(Word):
    """A type of machine, as the catalogue has it or spelled out. Figures are what pods can use, per node."""

    cpu: SomeCpuText
    """CPU that is left for pods after the node's own needs."""
    memory: SomeMemoryText
    """Memory that is left for pods."""
    pods: Annotated[Whole, Field(ge=1, le=10_000)] = 110
    """Pods at the most."""
    accelerator: ModelName | None = None
    """Model of its accelerators: `"l4"`, `"a100"`."""
    accelerators: Annotated[Whole, Field(ge=0, le=64)] = 0
    """How many it has, as Kubernetes counts them."""
    accelerator_memory: SomeMemoryText | None = None
    """Memory of each. Without it no workload that asks for memory comes here."""
    resource: LabelKey = "nvidia.com/gpu"
    """Name under which Kubernetes counts them."""
    architecture: Literal["amd64", "arm64"] = "amd64"
    """Processor: images must be built for it."""
    ephemeral: SomeMemoryText | None = None
    """Room on its own disk that is left for pods. Without it no workload that asks for some comes here."""
    others: Devices = Field(default_factory=dict)
    """Other devices that it has, as Kubernetes counts them: `{"example.com/fpga": 1}`."""
    usd_per_hour: UsdText | None = None
    """Price on demand: `"0.4032"`, at most four decimals."""

    @model_validator(mode="after")
    def _name_what_is_counted(self) -> Self:
        if self.accelerator and not self.accelerators:
            fix = "Say how many one machine has: accelerators: 1."
            refuse_all([Wrong(what=f"accelerator '{self.accelerator}' without a number", fix=fix, at="/accelerator")])
        if self.accelerators and not self.accelerator:
            fix = 'Say of which model: accelerator: "l4".'
            refuse_all([Wrong(what=f"{self.accelerators} accelerators without a model", fix=fix, at="/accelerators")])
        return self


class Taint(Word):
    """Keeps pods off that do not tolerate it."""

    key: LabelKey
    """Name of the taint."""
    value: LabelValue = ""
    """Its value."""
    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"] = "NoSchedule"
    """What happens to pods that do not tolerate it."""


class Reserve(Word):
    """What the kubelet of a node keeps for the system, beside what its machine image keeps anyway."""

    cpu: CpuText = "0"
    """CPU."""
    memory: MemoryText = "0"
    """Memory."""
    ephemeral: MemoryText = "0"
    """Room on the node's own disk."""


class Overhead(Word):
    """What every node of a pool loses to the platform itself."""

    cpu: CpuText = "0"
    """CPU of daemonsets and reserves."""
    memory: MemoryText = "0"
    """Memory of daemonsets and reserves."""
    pods: Annotated[Whole, Field(ge=0, le=1000)] = 0
    """Pods of daemonsets."""
    ephemeral: MemoryText = "0"
    """Room on the node's own disk that daemonsets and system reserves take."""
    others: Devices = Field(default_factory=dict)
    """Other devices that daemonsets take."""
    reserved: Reserve = Reserve()
    """The part of it that is no daemonset's: the kubelet is told to keep it (`systemReserved`)."""


class Sharing(Word):
    """Accelerators that several pods use: in turns (time-slicing of NVIDIA's device plugin), or at once (MPS)."""

    replicas: Annotated[Whole, Field(ge=2, le=48)]
    """Pods on one accelerator at the same time: each may count on one share of its time and of its memory."""
    renamed: bool = False
    """Whether the plugin's `renameByDefault` is on: then nodes count `nvidia.com/gpu.shared` instead of
    `nvidia.com/gpu`. It must say what the plugin does, else pods wait for ever; by default it does not."""
    mps: bool = False
    """Whether NVIDIA's MPS shares them: pods compute at the same time, and none gets more memory than its part. By
    default they take turns, and nothing keeps one from taking all memory."""


def _form(instance: object) -> str:
    return "name" if isinstance(instance, str) else "Instance"


def _mig_form(mig: object) -> str:
    return "name" if isinstance(mig, str) else "slices"


Slices = Annotated[
    dict[Annotated[str, Field(pattern=r"^[1-9]g\.[0-9]+gb$")], Annotated[Whole, Field(ge=1, le=8)]],
    Field(min_length=1),
]
"""Slices of one accelerator by their profile."""
Mig = Annotated[Annotated[str, Tag("name")] | Annotated[Slices, Tag("slices")], Discriminator(_mig_form)]


def _check_labels(labels: dict[str, str]) -> dict[str, str]:
    if POOL_LABEL in labels:
        refuse(f"the label {POOL_LABEL} is the pool's name and cannot be changed", "Remove it.")
    return labels


Labels = Annotated[dict[LabelKey, LabelValue], AfterValidator(_check_labels)]
InstanceName = Annotated[str, Field(pattern=r"^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$", max_length=63)]
Zone = Annotated[str, Field(pattern=r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", max_length=40)]


class Pool(Word):
    """Nodes of one type that are bought together."""

    name: Name
    """Name of the pool; nodes carry it as the label `bayplan.dev/pool`, with the name of their bay or layout behind it
    where it has several."""
    instance: Annotated[Annotated[str, Tag("name")] | Annotated[Instance, Tag("Instance")], Discriminator(_form)]
    """Type from the catalogue (`"m7i.2xlarge"`), from the cluster's own `instances`, or spelled out."""
    zones: Annotated[tuple[Zone, ...], Field(min_length=1)]
    """Zones that its nodes may stand in: `a` is short for `<region>a`."""
    nodes: Nodes
    """How many nodes."""
    network: bool = False
    """Whether its nodes share a fast network within a zone (EFA in a placement group, InfiniBand)."""
    topology: Many[LabelKey] = ()
    """Labels of its nodes that say where in the network they stand, the widest part first, between zone and machine:
    `[topology.k8s.aws/network-node-layer-2]`. Queues keep a gang as close together as these tell. They place jobs by it
    only on nodes that are always there: it needs `nodes.min` equal to `nodes.max`, as for all of a fast `network`."""
    capacity: Literal["on-demand", "spot", "reserved"] = "on-demand"
    """How it is paid. Spot can be taken away at any time: only workloads that bear it go there (later work)."""
    usd_per_hour: UsdText | None = None
    """Price of a node. By default the type's own, on demand in us-east-1: spot and reserved pools say theirs.
    What reserved nodes cost is no part of a plan: it is paid for `nodes.max` of them, used or not."""
    labels: Labels = Field(default_factory=dict)
    """Labels of its nodes, beside `bayplan.dev/pool`."""
    taints: tuple[Taint, ...] = ()
    """Taints of its nodes; pools with accelerators have `nvidia.com/gpu:NoSchedule` by default (or
    whatever their resource is called), so that nothing else takes their room."""
    overhead: Overhead = Overhead()
    """What daemonsets and system reserves take of every node."""
    ephemeral: SomeMemoryText | None = None
    """Room on a node's own disk that is left for pods. The catalogue cannot know it: the disk is what the pool's launch
    template says. By default the type's own; where that says nothing, nobody who asks for some comes here."""
    others: Devices = Field(default_factory=dict)
    """Other devices of its nodes, in place of the type's own of the same name: `{"vpc.amazonaws.com/efa": 4}`."""
    sharing: Sharing | None = None
    """Accelerators shared by several pods; by default each belongs to one. Nodes carry the way of sharing as the label
    `nvidia.com/device-plugin.config`; the GPU operator, if it is among the controllers, gets it as a ConfigMap."""
    mig: Mig | None = None
    """How each accelerator is cut (NVIDIA's MIG): a layout by name (`"all-1g.10gb"`, `"all-balanced"`), slices by
    profile (`{"1g.10gb": 4, "3g.40gb": 1}`), or `"auto"`: then the plan decides, for each node of the pool anew. Nodes
    carry the layout as the label `nvidia.com/mig.config`, by which NVIDIA's MIG manager cuts them; the GPU operator, if
    it is among the controllers, gets all layouts as a ConfigMap. By default accelerators are whole."""
    bays: Annotated[Whole, Field(ge=1, le=20)] = 1
    """Groups into which its nodes may be divided, so that the plan can keep workloads apart that would be in each
    other's way. Above 1 they are called `<pool>-1`, `<pool>-2`, ..., and their nodes carry that name as the label
    `bayplan.dev/pool`; together they keep to `nodes`."""
    runtime: Name | None = None
    """RuntimeClass of the pods that get accelerators here: `nvidia`, where the machine image does not do it for all.
    All pools with accelerators of one sort say the same. By default that of all pods."""
    provisioner: Provisioner | None = None
    """Who makes its nodes: `karpenter`, or whatever else does (`terraform`), for whom `bayplan nodes` says what to
    make. By default karpenter, if the cluster says how (`karpenter`)."""
    upkeep: Upkeep = Upkeep()
    """What Karpenter does with its nodes."""
