"""What all programs have in common that answer requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from bayplan.spec.name import Whole
from bayplan.spec.server_agreement import contradictions
from bayplan.spec.traits.access import Access
from bayplan.spec.traits.autoscale import Autoscale
from bayplan.spec.traits.expose import Expose
from bayplan.spec.traits.load import Load
from bayplan.spec.traits.rollout import Rollout
from bayplan.spec.traits.slo import Slo
from bayplan.spec.traits.spread import Spread
from bayplan.spec.workloads.group import Group
from bayplan.spec.workloads.workload import Workload
from bayplan.spec.wrong import Wrong

if TYPE_CHECKING:
    from collections.abc import Iterator

MESH_PORTS = range(15000, 15100)
"""The mesh's proxy listens here, beside every program: https://istio.io/latest/docs/ops/deployment/application-requirements/"""


class Server(Workload):
    """A program that answers requests, in as many replicas as asked for."""

    port: Annotated[Whole, Field(ge=1, le=65535)] = 8080
    """Port that the program listens on. Ports below 1024 need rights that no program gets here: see the finding."""
    replicas: Annotated[Whole, Field(ge=0, le=10_000)] = 2
    """How many run, where `autoscale` does not say it. The default survives the loss of one machine."""
    autoscale: Autoscale | None = None
    """Replicas that follow the load; by default their number is fixed."""
    advise: bool = False
    """Whether the cluster watches what replicas use and advises other `resources`, as `kubectl describe vpa` shows; it
    changes nothing by itself. Needs vpa among the cluster's controllers."""
    expose: Expose | None = None
    """Address in the outside world; by default only the platform reaches it."""
    access: Access = Access()
    """Who inside the platform may call; by default nobody."""
    rollout: Rollout = Rollout()
    """How a new version comes."""
    spread: Spread = Spread()
    """How replicas keep apart."""
    slo: Slo | None = None
    """What callers are promised; its team is alerted when it is about to break. By default nothing."""
    load: Load | None = None
    """A load that several kinds of accelerators can carry, instead of `accelerator` and a number of replicas."""
    gang: Literal["zone", "network"] | None = None
    """All replicas run or none, together: in one `zone`, or on one fast `network` within a zone, for programs that talk
    to each other all the time. Nodes stand evenly over the zones of their pool, so that one in a single zone is the
    cheapest place for a gang. By default each replica is seated for itself."""
    survives: Literal["node", "zone"] | None = None
    """What may be lost at any time: after it, all pods of the pool still find room, on nodes that are paid for. By
    default nothing: what was lost waits for a new node. `zone` needs a pool in several zones."""

    def contradictions(self) -> Iterator[Wrong]:
        """Those of all workloads, and those of programs that answer."""
        yield from super().contradictions()
        if self.autoscale and "replicas" in self.model_fields_set:
            fix = "Keep one of them: autoscale already says between how many replicas it moves."
            yield Wrong(what="both replicas and autoscale set the number of replicas", fix=fix, at="/replicas")
        if self.port in MESH_PORTS:
            fix = "Let the program listen elsewhere, for instance on 8080."
            yield Wrong(what=f"port {self.port} belongs to the mesh (15000 to 15099)", fix=fix, at="/port")
        yield from contradictions(self)

    @property
    def groups(self) -> tuple[Group, ...]:
        """Its replicas, all alike; a `load` divides them further."""
        group = Group(
            resources=self.resources,
            accelerator=self.accelerator,
            pods_min=self.replicas_min,
            pods_max=self.replicas_max,
            # where the new version waits for the old, or takes its place, nothing comes on top
            surge=self.rollout.surge_of(self.replicas_max) if self.replicas_max and not self._stays else 0,
            spread=self.spread,
            gang=self.gang,
            survives=self.survives,
        )
        return (group,)

    @property
    def _stays(self) -> bool:
        """Whether a replica goes before its successor comes."""
        return self.takes_turns or bool(self.storage and self.storage.each)

    @property
    def takes_turns(self) -> bool:
        """Whether a new version comes only when the old one is gone: two cannot write to one volume."""
        storage = self.storage
        return (
            storage is not None and not (storage.read_only or storage.shared or storage.each) and self.replicas_max <= 1
        )

    @property
    def replicas_min(self) -> int:
        """Replicas at the lowest load."""
        return self.autoscale.min if self.autoscale else self.replicas

    @property
    def replicas_max(self) -> int:
        """Replicas at the highest load."""
        return self.autoscale.max if self.autoscale else self.replicas
