"""A volume that outlives the replica."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Self

from pydantic import Field, model_validator

from bayplan.spec.amount import parse
from bayplan.spec.name import HttpPath, Name
from bayplan.spec.quantity import SomeMemoryText
from bayplan.spec.word import Word
from bayplan.spec.wrong import Wrong, refuse_all

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.spec.traits.checkpoints import Checkpoints

_BYTES_PER_GIB = 2**30
DISKS = ("gp2", "gp3", "io1", "io2", "sc1", "st1")
"""Classes called as what EC2 sells: https://docs.aws.amazon.com/ebs/latest/userguide/ebs-volume-types.html"""


class Storage(Word):
    """A volume: a new one of a size, or one that is there. What is on it stays when the workload goes."""

    size: SomeMemoryText | None = None
    """Size of a volume that is made for the workload: `"100Gi"`. One replica alone has it, unless it is `shared`, or
    `each` has its own."""
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
    shared: bool = False
    """Whether pods on several machines may write to it at once: then it is of a shared file system (EFS, FSx, NFS,
    CephFS), whose storage class is its `type`. By default one machine at a time has it, as disks are. It costs what is
    on it, which the plan does not know: it counts with its whole `size`."""

    each: bool = False
    """Whether each replica of a Service gets a volume of its own, of this size: for stores that keep parts or copies of
    their data on each, and know each other as `<name>-0.<name>-peers`. Replicas then have numbers and come back to
    their volumes; a new version comes to one at a time. Volumes of replicas that are gone stay. Say it from the start,
    also for one replica: what is on a volume that was made without it does not move."""

    @model_validator(mode="after")
    def _agree(self) -> Self:
        wrongs = list(of_volume(self))
        if not self.size and not self.claim:
            wrongs.append(Wrong(what="no volume", fix='Say size: "100Gi", or claim with the name of one.'))
        if self.size and self.claim:
            wrongs.append(Wrong(what="both a new volume and one that is there", fix="Keep one.", at="/claim"))
        if self.each and (not self.size or self.shared):
            what = "each replica has its own volume, and all share one" if self.shared else "each without a size"
            wrongs.append(Wrong(what=what, fix='Say size: "100Gi" and each: true, or leave each out.', at="/each"))
        if self.each and self.zone:
            fix = "Leave zone out: each volume is made where its replica runs."
            wrongs.append(Wrong(what="volumes for each replica, all in one zone", fix=fix, at="/zone"))
        if self.size and self.read_only:
            fix = "Leave read_only out."
            wrongs.append(Wrong(what="a new volume that nobody writes to", fix=fix, at="/read_only"))
        refuse_all(wrongs)
        return self

    @property
    def gib(self) -> int:
        """Of a new volume, rounded up: clouds sell whole ones; 0 for one that is there and paid for elsewhere."""
        return -(-parse(self.size) // _BYTES_PER_GIB) if self.size else 0


def of_volume(word: Storage | Checkpoints) -> Iterator[Wrong]:
    """What is wrong with a volume, whatever is kept on it."""
    if word.claim and word.type:
        yield Wrong(what="the claim has its own type", fix="Remove it.", at="/type")
    if word.shared and word.size and word.type is None:
        fix = 'Say its storage class, for instance type: "efs": a cluster\'s default is for disks.'
        yield Wrong(what="a new volume is shared, but its type is not said", fix=fix, at="/shared")
    if word.shared and word.type in DISKS:
        what = f"{word.type} is a disk, which one machine at a time can use: it cannot be shared"
        yield Wrong(what=what, fix="Take the class of a shared file system, or leave shared out.", at="/type")
    if word.path in ("/", "/tmp", "/dev/shm"):  # noqa: S108 - paths in the pod
        yield Wrong(what=f"{word.path} is taken", fix='Choose another, for instance "/data".', at="/path")
