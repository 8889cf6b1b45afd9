"""Addresses of Services in environments and arguments: who a program calls, as its author wrote it.

Source: <https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#services>
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from bayplan.validation.fields import mappings_at, text_at, words_at
from bayplan.validation.reachability.services import service_named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.pods import Pod
    from bayplan.validation.world import World

URL = re.compile(
    r"\b([a-z][a-z0-9+.-]*)://(?:[^\s/@,\"']*@)?([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?::(\d{1,5}))?(?![\w.:-])"
)
NAME_AND_PORT = re.compile(r"([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?):(\d{1,5})")
DEFAULT_PORTS = {"amqp": 5672, "grpc": 80, "http": 80, "https": 443, "mongodb": 27017, "mysql": 3306, "nats": 4222,
                 "postgres": 5432, "postgresql": 5432, "redis": 6379, "ws": 80, "wss": 443}  # fmt: skip
DOMAINS = ("svc", "svc.cluster.local")


class Address(NamedTuple):
    """A Service of the tree that a pod names, and the port."""

    service: Manifest
    port: int
    host: str
    """As it is written."""
    where: str
    """What names it, in words: `the variable MODEL_URL`."""


def addresses_in(pod: Pod, world: World) -> Iterator[Address]:
    """The Services of the tree that a pod names with a port."""
    for where, text in texts_of(pod):
        if ":" in text and len(text) < 4096:
            for host, port in hosts_in(text):
                service = service_of(host, pod.namespace, world)
                if service is not None:
                    yield Address(service, port, host, where)


def texts_of(pod: Pod) -> Iterator[tuple[str, str]]:
    """Values of variables, commands and arguments."""
    for container in pod.containers:
        for _, item in mappings_at(container.body, "env"):
            yield f"the variable {text_at(item, 'name')}", text_at(item, "value")
        for key in ("command", "args"):
            for word in words_at(container.body, key):
                yield "an argument", word


def hosts_in(text: str) -> Iterator[tuple[str, int]]:
    """Hosts with a port in a text: in URLs, or where the text is nothing but `host:port`."""
    for scheme, host, port in URL.findall(text):
        number = int(port) if port else DEFAULT_PORTS.get(scheme, 0)
        if number:
            yield host, number
    for part in text.split(",") if "://" not in text else ():
        if found := NAME_AND_PORT.fullmatch(part.strip().rpartition("=")[2]):
            yield found[1], int(found[2])


def service_of(host: str, namespace: str, world: World) -> Manifest | None:
    """The Service that a host means, as the pod's resolver completes it; None for other names."""
    name, _, rest = host.partition(".")
    where, _, domain = rest.partition(".")
    if domain and domain not in DOMAINS:
        return None
    return service_named(world, where or namespace, name)
