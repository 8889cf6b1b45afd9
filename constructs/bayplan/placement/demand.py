"""What one workload asks of a cluster, as plain integers."""

from __future__ import annotations

from dataclasses import dataclass

from bayplan.placement.terms import Amounts, Domain, Firmness, Level, Part  # noqa: TC001 - the lock reads these types

WHOLE = 1000
"""Thousandths of an accelerator: all of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """What one workload, or one part of it, asks for: the needs of one pod with its proxy, and how many pods."""

    workload: str
    """`app/workload`; a part has its name behind it: `app/workload@l4`."""
    cpu_millicores: int
    memory_mib: int
    sidecar_cpu_millicores: int = 0
    """Of these, the mesh's proxy: told apart so that messages can repeat what was written."""
    sidecar_memory_mib: int = 0
    accelerators: int = 0
    accelerator_model: str | None = None
    """None takes any model of NVIDIA."""
    accelerator_memory_mib: int = 0
    """Of each accelerator, at least."""
    accelerator_share_milli: int = WHOLE
    """Thousandths of one accelerator; below 1000 it may run on accelerators that are shared by time-slicing."""
    extra: Amounts = ()
    """Of each of `Problem.resources`: ephemeral storage (MiB), MIG slices, anything else that Kubernetes counts."""
    pods_min: int
    pods_max: int
    surge: int = 0
    """Pods above `pods_max` while a new version comes."""
    zones: Firmness = "off"
    hosts: Firmness = "off"
    zone_skew: int = 1
    """Pods that one zone may have more than another, where `zones` is a must."""
    most_per_node: int = 0
    """Pods that one node takes at the most (licences); 0 for any number."""
    near: tuple[str, ...] = ()
    """Workloads that run in the same pool, as demands name them; sorted."""
    apart: tuple[str, ...] = ()
    """Workloads with which no node is shared; sorted."""
    gang: Domain = ""
    """All pods or none, together in one domain."""
    party: str = ""
    """Of a gang that several demands form, roles of one job: its name. They stand in the same domain."""
    survives: Part = ""
    """After the loss of any one node, or any one zone, all its pods still find room."""
    may_wait: bool = False
    """Whether it may be left out where room is short; everybody else sits."""
    priority: int = 0
    """Who may wait and has more of it sits first."""
    spot_percent: int = 0
    """Of its pods at the most that may run on capacity that can be taken away at any time."""
    regions: tuple[str, ...] = ()
    """Where its data may be; empty for anywhere."""
    volume_zone: str = ""
    """Zone of the volume that its pods need; "" for none."""
    storage_gib: int = 0
    """Of volumes, for each pod."""
    storage_class: str = ""
    """What kind of volume; "" for the cluster's default."""
    architecture: str = "amd64"
    """Processor that its image is built for."""
    queued: tuple[str, ...] = ()
    """Pools of which its queue has enough for it, where it waits in one; empty for any. Sorted."""
    pods_later: int = 0
    """Pods that its queue lets in when others have ended, and that are none of those at the maximum load."""
    team: str = ""
    """Whose quota it counts against."""
    of: str = ""
    """The workload that this is a part of; "" where it is whole."""
    elastic: bool = False
    """Whether `Problem.choices` decides how many pods of this part run, up to `pods_max`."""
    copies: int = 1
    """Workloads that are alike in everything but their name: decided together, seated one by one."""
    file: str = ""
    line: int = 0

    @property
    def needs(self) -> Amounts:
        """What one pod takes of its node."""
        return (self.cpu_millicores, self.memory_mib, 1, self.accelerators, *self.extra)

    @property
    def is_bound(self) -> bool:
        """Whether a policy lets its pods not just go wherever they fit: they depend on others, on zones, on numbers."""
        asked = (self.near, self.apart, self.gang, self.survives, self.most_per_node, self.elastic, self.volume_zone)
        return any(asked) or "must" in (self.zones, self.hosts)

    def pods(self, level: Level) -> int:
        """Pods that run at an end of the load."""
        return self.pods_min if level == "min" else self.pods_max

    def spare(self, level: Level) -> int:
        """Pods that must find room besides: a rollout's surge, at the maximum.

        There no node can be added any more, so a rollout without room would wait for ever; and as one commit can
        roll every workload at once, every workload has its own room. At the minimum the pool may still grow.
        """
        return self.surge if level == "max" else 0
