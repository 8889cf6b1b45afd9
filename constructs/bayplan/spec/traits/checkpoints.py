"""Where a program keeps what it has learnt so far."""

from __future__ import annotations

import re
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from bayplan.spec.name import HttpPath, Name
from bayplan.spec.quantity import SomeMemoryText
from bayplan.spec.span import SpanText, seconds_of
from bayplan.spec.traits.storage import Storage, of_volume
from bayplan.spec.word import Word
from bayplan.spec.wrong import Wrong, refuse, refuse_all, show

_URL = re.compile(r"(s3|gs|abfss?|wasbs?|az|hdfs|oss|cos|https)://[A-Za-z0-9][-A-Za-z0-9_.@:]*(/[-A-Za-z0-9_.=/]*)?")


def _check_url(text: str) -> str:
    if not _URL.fullmatch(text):
        refuse(
            f"{show(text)} is no place in an object store", 'Write "s3://bucket/folder"; "gs://" and "hdfs://" do, too.'
        )
    if "@" in text and not text.startswith(("abfs", "wasb")):
        refuse("the URL holds credentials", "Take them out: the program finds them in its environment.")
    return text.rstrip("/")


StoreUrl = Annotated[str, AfterValidator(_check_url), Field(examples=["s3://bucket/folder"])]
"""A folder of an object store."""


class Checkpoints(Word):
    """On a volume or in an object store; the program finds the place in `CHECKPOINT_DIR`, and goes on from there.

    Each job has a folder of its own there, called as the job: whoever is started again finds what was written before,
    and whoever runs something else begins anew.
    """

    url: StoreUrl | None = None
    """Object store: `"s3://models/classifier"`. Credentials are the program's own affair, as with any other data."""
    size: SomeMemoryText | None = None
    """Size of a volume that is made for it: `"100Gi"`."""
    claim: Name | None = None
    """Name of a claim that is there already, in the app's namespace."""
    type: Name | None = None
    """Storage class of a new volume; by default the only one that the cluster has a price for."""
    zone: Annotated[str, Field(pattern=r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", max_length=40)] | None = None
    """Zone that the volume is in, as for `storage`."""
    shared: bool = False
    """Whether pods on several machines may write to the volume at once: it is of a shared file system."""
    path: HttpPath = "/checkpoints"
    """Where the volume is found."""
    folder: Annotated[str, Field(pattern=r"^[A-Za-z0-9][-A-Za-z0-9_.]*(/[A-Za-z0-9][-A-Za-z0-9_.]*)*$")] | None = None
    """Folder below the volume or the URL. By default one for each job, by its name; say one to go on where another
    job has stopped."""
    save_time: SpanText = "60s"
    """How long the program may take to write one when it is told to stop (SIGTERM), before it is killed. Spot machines
    are gone after two minutes, whatever is said here."""

    @model_validator(mode="after")
    def _agree(self) -> Self:
        said = [word for word in ("url", "size", "claim") if getattr(self, word)]
        wrongs = []
        if not said:
            fix = 'Say url: "s3://bucket/folder", size: "100Gi" with shared: true, or claim.'
            wrongs.append(Wrong(what="no place for checkpoints", fix=fix))
        if len(said) > 1:
            wrongs.append(
                Wrong(what=f"checkpoints in two places: {' and '.join(said)}", fix="Keep one.", at=f"/{said[1]}")
            )
        if self.url:
            wrongs += [
                Wrong(what=f"{word} is of a volume, and url of an object store", fix="Keep one.", at=f"/{word}")
                for word in ("type", "zone", "shared", "path")
                if word in self.model_fields_set
            ]
        refuse_all([*wrongs, *of_volume(self)])
        return self

    @property
    def volume(self) -> Storage | None:
        """The volume; None for an object store."""
        if self.url:
            return None
        volume = Storage(
            size=self.size, claim=self.claim, type=self.type, zone=self.zone, shared=self.shared, path=self.path
        )
        volume.write_origin(self.origin)
        return volume

    @property
    def save_seconds(self) -> int:
        """Seconds from being told to stop until it is killed."""
        return seconds_of(self.save_time)

    def place(self, job: str) -> str:
        """What a job of a name finds in `CHECKPOINT_DIR`."""
        return f"{self.url or self.path.rstrip('/')}/{self.folder or job}"
