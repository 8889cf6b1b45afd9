"""Where buckets are, and how a program signs in there."""

from __future__ import annotations

import re
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from bayplan.spec.name import RegionName
from bayplan.spec.secret import SecretText
from bayplan.spec.word import Word
from bayplan.spec.wrong import Wrong, refuse, refuse_all, show

_ENDPOINT = re.compile(r"(https?)://[a-z0-9]([-a-z0-9.]*[a-z0-9])?(?::([0-9]{1,5}))?")
_PORTS = {"http": 80, "https": 443}


def _check_endpoint(text: str) -> str:
    match = _ENDPOINT.fullmatch(text)
    if "@" in text:
        refuse("the address holds credentials", "Take them out; name them as access_key and secret_key.")
    if not match or not 0 < int(match[3] or _PORTS[match[1]]) < 2**16:
        refuse(f"{show(text)} is no address of an object store", 'Write "https://s3.example.com", without a path.')
    return text


EndpointText = Annotated[str, AfterValidator(_check_endpoint), Field(examples=["https://s3.example.com:9000"])]
"""`https://host:port`, without credentials and path."""


class ObjectStore(Word):
    """An object store that speaks S3: AWS's own, MinIO, Ceph."""

    endpoint: EndpointText | None = None
    """Where it answers; by default AWS's, of `region`."""
    region: RegionName | None = None
    """Its region; by default that of the machine."""
    path_style: bool = False
    """Whether the bucket stands in the path of its URLs, and not in the name of the host: most stores that are not
    AWS's want it."""
    access_key: SecretText | None = None
    """Secret that holds the name of the key: `"lake/s3#access-key"`. By default the machine's or the account's own
    rights are used."""
    secret_key: SecretText | None = None
    """Secret that holds the key itself: `"lake/s3#secret-key"`."""

    @model_validator(mode="after")
    def _agree(self) -> Self:
        wrongs = []
        if bool(self.access_key) != bool(self.secret_key):
            at = "/access_key" if self.access_key else "/secret_key"
            wrongs.append(Wrong(what="access_key and secret_key belong together", fix="Say both.", at=at))
        if not self.endpoint and self.path_style:
            wrongs.append(Wrong(what="path_style without an endpoint", fix="Say endpoint.", at="/path_style"))
        refuse_all(wrongs)
        return self

    @property
    def port(self) -> int:
        """Where it answers."""
        match = _ENDPOINT.fullmatch(self.endpoint or "https://s3")
        return int(match[3] or _PORTS[match[1]]) if match else 0
