"""A volume that outlives the replica."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from bayplan.spec.amount import parse
from bayplan.spec.name import HttpPath, Name
from bayplan.spec.quantity import SomeMemoryText
from bayplan.spec.word import Word
from bayplan.spec.wrong import Wrong, refuse_all

_BYTES_PER_GIB = 2**30


class Storage(Word):
    """A volume: a new one of a size, or one that is there. What is on it stays when the workload goes."""

    size: SomeMemoryText | None = None
    """Size of a volume that is made for the workload's one replica: `"100Gi"`. Several replicas, each with its own,
    need a kind of workload that is not here yet."""
    claim: Name | None = None
    """Name of a claim that is there already, in the app's namespace."""
    type: Name | None = None
    """Storage class: `"gp3"`. By default the only one that the cluster has a price for."""
    zone: Annotated[str, Field(pattern=r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", max_length=40)] | None = None
    """Zone that the volume is in: `a`, or its full name. A volume stays in the zone where it was made, so
    its replicas run there and nowhere else. By default it may be anywhere: say it once the volume is there."""
    path: HttpPath = "/data"
    """Where the program finds it."""
    read_only: bool = False
    """Whether it is only read. By default a new version waits until the old one is gone: two cannot write to one."""

    @model_validator(mode="after")
    def _agree(self) -> Self:
        wrongs = []
        if not self.size and not self.claim:
            wrongs.append(Wrong(what="no volume", fix='Say size: "100Gi", or claim with the name of one.'))
        if self.size and self.claim:
            wrongs.append(Wrong(what="both a new volume and one that is there", fix="Keep one.", at="/claim"))
        if self.claim and self.type:
            wrongs.append(Wrong(what="the claim has its own type", fix="Remove it.", at="/type"))
        if self.size and self.read_only:
            fix = "Leave read_only out."
            wrongs.append(Wrong(what="a new volume that nobody writes to", fix=fix, at="/read_only"))
        if self.path in ("/", "/tmp", "/dev/shm"):  # noqa: S108 - paths in the pod
            wrongs.append(Wrong(what=f"{self.path} is taken", fix='Choose another, for instance "/data".', at="/path"))
        refuse_all(wrongs)
        return self

    @property
    def gib(self) -> int:
        """Of a new volume, rounded up: clouds sell whole ones; 0 for one that is there and paid for elsewhere."""
        return -(-parse(self.size) // _BYTES_PER_GIB) if self.size else 0
