"""What an app needs and does not bring: somebody else makes it, and nobody is to be told that it is missing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from bayplan.spec.address import Addresses, Network, endpoint
from bayplan.spec.many import Many
from bayplan.spec.name import PlainText
from bayplan.spec.secret import SecretText
from bayplan.spec.word import Word
from bayplan.spec.wrong import Wrong, refuse, refuse_all, show

if TYPE_CHECKING:
    from collections.abc import Iterator

KIND = r"[A-Z][A-Za-z0-9]*(\.[a-z0-9]([-a-z0-9.]*[a-z0-9])?)?"


def _check_kind(text: str) -> str:
    if not re.fullmatch(KIND, text):
        refuse(f"{show(text)} is no kind", 'Write it as kubectl does: "Secret", "KafkaTopic.kafka.strimzi.io".')
    return text


def _check_pattern(text: str) -> str:
    if text and not re.fullmatch(r"[-a-z0-9.*?]{1,253}", text):
        refuse(f"{show(text)} names nothing", 'Write a name; "*" stands for any text in it: "model-*".')
    return text


def _check_reason(text: str) -> str:
    if not text.strip():
        refuse("there is no reason", "Say who makes it, and where: people will ask.")
    return text


KindName = Annotated[str, AfterValidator(_check_kind), Field(json_schema_extra={"pattern": f"^{KIND}$"})]
"""A kind with its group, as kubectl writes it: `Secret`, `KafkaTopic.kafka.strimzi.io`."""
Pattern = Annotated[str, AfterValidator(_check_pattern)]
"""A name in which `*` and `?` stand for any text and any character."""
Reason = Annotated[PlainText, AfterValidator(_check_reason)]
"""Why, in words."""


class External(Word):
    """What an app needs and somebody else makes: an object of the cluster, or a service with an address."""

    kind: KindName
    """Its kind: `Secret`, `StorageClass.storage.k8s.io`; of a service what it is: `Kafka`, `Redis`, `Prometheus`."""
    name: Annotated[Pattern, Field(min_length=1)]
    """Its name; `*` stands for any text. A service is called by it elsewhere in the app."""
    namespace: Pattern = ""
    """Its namespace; in an app the app's own, in .bayplan.yaml any."""
    keys: Many[str] = ()
    """Keys that it has, for a ConfigMap or Secret: others are then told as missing."""
    why: Reason | None = None
    """Who makes it, and where; a service with an address can do without."""
    address: Addresses = ()
    """Where a service answers: `"bus.example.com:9092"`, or several. All workloads of the app may then talk to it."""
    networks: Many[Network] = ()
    """Where these addresses lie: `["10.20.0.0/16"]`. By default anywhere, and the port alone bounds the way out."""
    tls: bool = False
    """Whether it speaks TLS, where the address does not say so."""
    sign_in: Literal["plain", "scram-sha-256", "scram-sha-512"] | None = None
    """How Kafka knows who asks; by default it does not."""
    login: dict[Literal["username", "password", "ca", "cert", "key"], SecretText] = Field(default_factory=dict)
    """What autoscalers sign in with, by name: `{username: bus/login#user, password: bus/login#password}`."""

    @model_validator(mode="after")
    def _agree(self) -> Self:
        refuse_all(self._wrongs())
        return self

    def _wrongs(self) -> Iterator[Wrong]:
        if not self.address and self.why is None:
            fix = "Say who makes it, and where: people will ask. Of a service say its address."
            yield Wrong(what="neither why nor address is said", fix=fix)
        for word in ("networks", "tls", "sign_in", "login"):
            if not self.address and word in self.model_fields_set:
                yield Wrong(what=f"{word} without an address", fix="Say address, or remove it.", at=f"/{word}")
        if self.address and not re.fullmatch(r"[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?", self.name):
            yield Wrong(what=f"{show(self.name)} is no name of a service", fix='Write "bus".', at="/name")
        if self.address and self.namespace:
            yield Wrong(what="a service has an address, not a namespace", fix="Remove it.", at="/namespace")
        if bool(self.sign_in) != ("password" in self.login) and self.kind == "Kafka":
            fix = "Say both: how one signs in, and with which username and password."
            yield Wrong(what="sign_in and login belong together", fix=fix, at="/sign_in" if self.sign_in else "/login")
        if len({"username", "password"} & set(self.login)) == 1 and self.kind != "Redis":
            yield Wrong(what="username and password belong together", fix="Say both.", at="/login")
        if len({"cert", "key"} & set(self.login)) == 1:
            yield Wrong(what="cert and key belong together", fix="Say both.", at="/login")

    @property
    def endpoints(self) -> tuple[tuple[str, int], ...]:
        """Hosts and ports of its addresses, sorted."""
        return tuple(sorted({endpoint(one) for one in self.address}))
