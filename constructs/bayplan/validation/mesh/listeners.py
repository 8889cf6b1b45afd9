"""Programs that listen on the pod's own loopback, as far as arguments and environment show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.manifests.pointer import pointer
from bayplan.validation.fields import mappings_at, text_at, value_at, whole_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.validation.pods import Container

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
LISTEN = ("bind", "listen")
"""Words in the names of flags that say where to listen."""
WHOLE = frozenset({"address", "addr", "host", "http-address", "http.address", "server.address", "server.host"})
"""Names of flags that say so as a whole."""
VARIABLES = frozenset({"BIND_ADDR", "BIND_ADDRESS", "BIND_HOST", "HTTP_ADDR", "LISTEN_ADDR", "LISTEN_ADDRESS"})


def loopback_ports(container: Container) -> Iterator[tuple[str, int]]:
    """Pointer and port of every place that has the program listen on loopback."""
    ports = [whole_at(port, "containerPort") for _, port in mappings_at(container.body, "ports")]
    declared = [port for port in ports if port is not None]
    for where, value in places_of(container):
        host, port = split(value)
        if host in LOOPBACK:
            number = port if port is not None else (declared[0] if len(declared) == 1 else None)
            if number is not None:
                yield where, number


def places_of(container: Container) -> Iterator[tuple[str, str]]:
    """Pointer and value of what says where to listen."""
    for key in ("command", "args"):
        words = value_at(container.body, key)
        words = words if isinstance(words, list) else []
        for index, word in enumerate(words):
            if not isinstance(word, str) or not word.startswith("-"):
                continue
            flag, equals, value = word.lstrip("-").partition("=")
            after = words[index + 1] if not equals and index + 1 < len(words) else ""
            if is_listening(flag):
                at = index if equals else index + 1
                yield container.pointer + pointer(key, at), value if equals else str(after)
    for index, one in mappings_at(container.body, "env"):
        if text_at(one, "name") in VARIABLES:
            yield container.pointer + pointer("env", index, "value"), text_at(one, "value")


def is_listening(flag: str) -> bool:
    """Whether a flag says where to listen, by its name."""
    name = flag.lower()
    return name in WHOLE or any(word in name.replace(".", "-").split("-") for word in LISTEN)


def split(value: str) -> tuple[str, int | None]:
    """Host and port of an address; the scheme before it is left out."""
    address = value.partition("://")[2] or value
    host, colon, port = address.rpartition(":")
    if colon and port.isdigit():
        return host, int(port)
    return address, None
