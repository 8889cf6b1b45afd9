"""What all workloads have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal, Self

from pydantic import Field, model_validator

from bayplan.spec.many import Many
from bayplan.spec.name import Image, Name, PlainText, SettingName
from bayplan.spec.peer import PeerName
from bayplan.spec.quantity import PercentText
from bayplan.spec.traits.accelerator import Accelerator
from bayplan.spec.traits.resources import Resources
from bayplan.spec.traits.secrets import Secrets
from bayplan.spec.traits.secrets import contradictions as secret_contradictions
from bayplan.spec.traits.storage import Storage
from bayplan.spec.word import Word
from bayplan.spec.workload_agreement import contradictions
from bayplan.spec.wrong import refuse_all

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bayplan.spec.app import App
    from bayplan.spec.cluster import Cluster
    from bayplan.spec.workloads.group import Group
    from bayplan.spec.wrong import Wrong


class Workload(Word):
    """One program of an app. Kinds add a `kind`, what is special to them, and which pods it runs (`groups`)."""

    in_queue: ClassVar[bool] = True
    """Whether it waits in the queue of its team, where it runs only now and then and the team has one."""

    kind: str
    """Which kind of workload it is; in Python the class says it."""
    name: Name
    """Name within the app; other workloads of the app reach it under this name."""
    image: Image
    """What runs: `registry/name:tag@sha256:...`. Without the digest others can change what runs: a finding."""
    architecture: Literal["amd64", "arm64", "any"] = "amd64"
    """Processor that the image is built for; `any` where it is built for both, and the cheaper machine may be taken."""
    command: Many[PlainText] = ()
    """Replaces the image's own entry point."""
    args: Many[PlainText] = ()
    """Handed to the program."""
    env: dict[SettingName, PlainText] = Field(default_factory=dict)
    """Settings that are no secrets."""
    secrets: Secrets = Field(default_factory=dict)
    """Secrets, by the setting or the file in which the program finds them, named by where they are kept:
    `{DB_PASSWORD: payments/db#password, /etc/bus/ca.pem: payments/bus#ca.crt}`. Never what they are. They come from
    `secrets/<cluster>/<app>/payments-db.yaml`, encrypted with SOPS, or from the cluster's store. Who changes one there
    changes files within minutes, and settings with the next start; one in the repository rolls its readers."""
    resources: Resources = Resources()
    """What one replica uses."""
    accelerator: Accelerator | None = None
    """Accelerators of one replica; by default none."""
    storage: Storage | None = None
    """Volume that outlives its replicas; by default none: what they write is gone with them."""
    near: Many[PeerName] = ()
    """Workloads that must run in the same pool, where both run on a cluster: `"cache"`, `"shop/web"`."""
    apart: Many[PeerName] = ()
    """Workloads with which it never shares a machine, in either direction."""
    priority: Literal["critical", "normal", "low", "spare"] = "normal"
    """Whose pods go first where machines were lost; the plan has room for all but those who may wait."""
    may_wait: bool | None = None
    """Whether it may be left out of the plan where room is short, the lowest priority first: it then does not run
    until there is room, and `bayplan plan` says so. By default only who is `spare` may."""
    spot: PercentText | None = None
    """Share of its replicas at the most that may run on spot capacity, which can be taken away at any time. By default
    none. Below 100 % it becomes two Deployments behind one address."""

    @model_validator(mode="after")
    def _agree(self) -> Self:
        refuse_all(self.contradictions())
        return self

    def contradictions(self) -> Iterator[Wrong]:
        """Everything in which its words exclude each other; kinds add their own."""
        yield from contradictions(self)
        yield from secret_contradictions(self)

    def missing_on(self, cluster: Cluster) -> Iterator[Wrong]:  # noqa: ARG002 - kinds need it
        """What a cluster lacks that it needs there; kinds that need a controller add it."""
        yield from ()

    def missing_in(self, app: App) -> Iterator[Wrong]:  # noqa: ARG002 - kinds need it
        """What its app does not say that it needs; kinds that name what others make add it."""
        yield from ()

    def unfit_for_queues(self) -> Iterator[Wrong]:
        """Why no queue could admit it, where its team has one; kinds that change while they run add it."""
        yield from ()

    @property
    def in_mesh(self) -> bool:
        """Whether its pods carry the mesh's proxy, where the cluster has a mesh."""
        return True

    @property
    def groups(self) -> tuple[Group, ...]:
        """The pods that it runs; every kind says its own."""
        raise NotImplementedError

    @property
    def accelerators(self) -> Mapping[str, Accelerator]:
        """Accelerators of its pods, by the word that asks for them; kinds with several kinds of pods add theirs."""
        return {"accelerator": self.accelerator} if self.accelerator else {}

    @property
    def volumes(self) -> Mapping[str, Storage]:
        """Volumes of all its pods, by the word that asks for them; kinds that know others add them."""
        return {"storage": self.storage} if self.storage else {}

    @property
    def waits(self) -> bool:
        """Whether it may be left out where room is short."""
        return self.priority == "spare" if self.may_wait is None else self.may_wait

    @property
    def spot_percent(self) -> int:
        """Of its replicas at the most that may run on spot capacity."""
        return int(self.spot.removesuffix("%")) if self.spot else 0
