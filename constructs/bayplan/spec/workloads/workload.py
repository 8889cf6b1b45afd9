"""What all workloads have in common."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from bayplan.spec.many import Many
from bayplan.spec.name import Image, Name, PlainText, SettingName, Whole
from bayplan.spec.peer import PeerName
from bayplan.spec.quantity import PercentText
from bayplan.spec.traits.accelerator import Accelerator
from bayplan.spec.traits.access import Access
from bayplan.spec.traits.autoscale import Autoscale
from bayplan.spec.traits.expose import Expose
from bayplan.spec.traits.load import Load
from bayplan.spec.traits.resources import Resources
from bayplan.spec.traits.rollout import Rollout
from bayplan.spec.traits.spread import Spread
from bayplan.spec.traits.storage import Storage
from bayplan.spec.word import Word
from bayplan.spec.workload_agreement import contradictions
from bayplan.spec.wrong import Wrong, refuse_all

MESH_PORTS = range(15000, 15100)
"""The mesh's proxy listens here, beside every program: https://istio.io/latest/docs/ops/deployment/application-requirements/"""


class Workload(Word):
    """One program of an app, in as many replicas as asked for. Kinds add a `kind` and what is special to them."""

    kind: str
    """Which kind of workload it is; in Python the class says it."""
    name: Name
    """Name within the app; other workloads of the app reach it under this name."""
    image: Image
    """What runs: `registry/name:tag@sha256:...`. Without the digest others can change what runs: a finding."""
    architecture: Literal["amd64", "arm64", "any"] = "amd64"
    """Processor that the image is built for; `any` where it is built for both, and the cheaper machine may be taken."""
    port: Annotated[Whole, Field(ge=1, le=65535)] = 8080
    """Port that the program listens on. Ports below 1024 need rights that no program gets here: see the finding."""
    replicas: Annotated[Whole, Field(ge=0, le=10_000)] = 2
    """How many run, where `autoscale` does not say it. The default survives the loss of one machine."""
    command: Many[PlainText] = ()
    """Replaces the image's own entry point."""
    args: Many[PlainText] = ()
    """Handed to the program."""
    env: dict[SettingName, PlainText] = Field(default_factory=dict)
    """Settings that are no secrets."""
    resources: Resources = Resources()
    """What one replica uses."""
    accelerator: Accelerator | None = None
    """Accelerators of one replica; by default none."""
    autoscale: Autoscale | None = None
    """Replicas that follow the load; by default their number is fixed."""
    expose: Expose | None = None
    """Address in the outside world; by default only the platform reaches it."""
    access: Access = Access()
    """Who inside the platform may call; by default nobody."""
    rollout: Rollout = Rollout()
    """How a new version comes."""
    spread: Spread = Spread()
    """How replicas keep apart."""
    storage: Storage | None = None
    """Volume that outlives its replicas; by default none: what they write is gone with them."""
    load: Load | None = None
    """A load that several kinds of accelerators can carry, instead of `accelerator` and a number of replicas."""
    gang: Literal["zone", "network"] | None = None
    """All replicas run or none, together: in one `zone`, or on one fast `network` within a zone, for programs that talk
    to each other all the time. Nodes stand evenly over the zones of their pool, so that one in a single zone is the
    cheapest place for a gang. By default each replica is seated for itself."""
    survives: Literal["node", "zone"] | None = None
    """What may be lost at any time: after it, all pods of the pool still find room, on nodes that are paid for. By
    default nothing: what was lost waits for a new node. `zone` needs a pool in several zones."""
    near: Many[PeerName] = ()
    """Workloads that must run in the same pool, where both run on a cluster: `"cache"`, `"shop/web"`."""
    apart: Many[PeerName] = ()
    """Workloads with which it never shares a machine, in either direction."""
    priority: Literal["critical", "normal", "low", "spare"] = "normal"
    """Whose pods go first where machines were lost; the plan has room for all but those who may wait."""
    may_wait: bool | None = None
    """Whether it may be left out of the plan where room is short, the lowest priority first: it then has no replicas
    until there is room, and `bayplan plan` says so. By default only who is `spare` may."""
    spot: PercentText | None = None
    """Share of its replicas at the most that may run on spot capacity, which can be taken away at any time. By default
    none. Below 100 % it becomes two Deployments behind one address."""

    @model_validator(mode="after")
    def _agree(self) -> Self:
        wrongs = []
        if self.autoscale and "replicas" in self.model_fields_set:
            fix = "Keep one of them: autoscale already says between how many replicas it moves."
            wrongs.append(Wrong(what="both replicas and autoscale set the number of replicas", fix=fix, at="/replicas"))
        if self.port in MESH_PORTS:
            fix = "Let the program listen elsewhere, for instance on 8080."
            wrongs.append(Wrong(what=f"port {self.port} belongs to the mesh (15000 to 15099)", fix=fix, at="/port"))
        refuse_all([*wrongs, *contradictions(self)])
        return self

    @property
    def takes_turns(self) -> bool:
        """Whether a new version comes only when the old one is gone: two cannot write to one volume."""
        return self.storage is not None and not self.storage.read_only and self.replicas_max <= 1

    @property
    def waits(self) -> bool:
        """Whether it may be left out where room is short."""
        return self.priority == "spare" if self.may_wait is None else self.may_wait

    @property
    def spot_percent(self) -> int:
        """Of its replicas at the most that may run on spot capacity."""
        return int(self.spot.removesuffix("%")) if self.spot else 0

    @property
    def replicas_min(self) -> int:
        """Replicas at the lowest load."""
        return self.autoscale.min if self.autoscale else self.replicas

    @property
    def replicas_max(self) -> int:
        """Replicas at the highest load."""
        return self.autoscale.max if self.autoscale else self.replicas
