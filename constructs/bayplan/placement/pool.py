"""Nodes of one kind, as plain integers."""

from __future__ import annotations

from dataclasses import dataclass

from bayplan.placement.terms import NVIDIA, Amounts


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """Nodes of one kind: what each gives to pods, and how many there may be."""

    name: str
    cpu_millicores: int
    memory_mib: int
    pods: int
    accelerators: int = 0
    """As Kubernetes counts them: where they are shared, every share."""
    accelerator_model: str | None = None
    accelerator_memory_mib: int = 0
    accelerator_resource: str = NVIDIA
    """Name under which Kubernetes counts its accelerators; of no meaning where it has none."""
    shares: int = 1
    """Pods that use one accelerator in turns (time-slicing)."""
    layout: str = ""
    """How its accelerators are cut (MIG); the slices are in `extra`."""
    extra: Amounts = ()
    """Of each of `Problem.resources`."""
    resources: tuple[str, ...] = ()
    """Their names. The problem sets them, so that a pool alone can say what it lacks."""
    region: str = ""
    """Set by the problem, too."""
    architecture: str = "amd64"
    capacity: str = "on-demand"
    taints: tuple[str, ...] = ()
    """Those that keep pods off (`NoSchedule`, `NoExecute`), as `key=value:effect`, sorted."""
    zones: tuple[str, ...]
    """Sorted; nodes are spread evenly over them."""
    network: bool = False
    """Whether its nodes share a fast network within a zone."""
    family: str = ""
    """The pool of the cluster that this is a variant of; variants share `nodes_min` and `nodes_max`. "" for itself."""
    nodes_min: int
    nodes_max: int
    e4_usd_per_hour: int
    """What one more node costs; 0 where it is paid for anyway (`reserved`)."""
    file: str = ""
    line: int = 0

    @property
    def room(self) -> Amounts:
        """What one node has for pods."""
        return (self.cpu_millicores, self.memory_mib, self.pods, self.accelerators, *self.extra)

    @property
    def limits(self) -> str:
        """Name of the limit on its nodes: that of its family."""
        return self.family or self.name
