"""Where services answer that stand outside of the platform."""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv4Address, ip_network
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema

from bayplan.spec.many import Many
from bayplan.spec.wrong import refuse, show

PORTS = {"amqp": 5672, "amqps": 5671, "http": 80, "https": 443, "redis": 6379, "rediss": 6379}
"""Of schemes that go without a port."""
_LABEL = r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?"
_ADDRESS = re.compile(
    rf"(?:(?P<scheme>[a-z][a-z0-9+.-]*)://)?(?P<host>{_LABEL}(\.{_LABEL})*)(?::(?P<port>[0-9]{{1,5}}))?(?P<path>/[^\s?#$]*)?"
)
_LARGEST_PORT = 65535


def _check_address(text: str) -> str:
    if "@" in text:
        # the text is not repeated: it may hold a password
        refuse("the address holds credentials", "Take them out; name them under login.")
    match = _ADDRESS.fullmatch(text)
    if not match or (match["path"] and not match["scheme"]) or len(text) > 1024:
        refuse(f"{show(text)} is no address", 'Write "bus.example.com:9092" or "https://host/path", in small letters.')
    port = int(match["port"]) if match["port"] else PORTS.get(match["scheme"] or "", 0)
    if not 0 < port <= _LARGEST_PORT:
        refuse(f"{show(text)} says no port", 'Put it behind the name: "bus.example.com:9092".')
    return text


def _check_network(text: str) -> str:
    try:
        return str(ip_network(text))
    except ValueError as error:
        refuse(f"{show(text)} is no network: {error}", 'Write "10.20.0.0/16".')


AddressText = Annotated[str, AfterValidator(_check_address)]
"""`host:port`, or a URL without credentials."""
if TYPE_CHECKING:
    Addresses = Many[str] | str
else:
    Addresses = Annotated[
        Many[AddressText],
        BeforeValidator(lambda said: (said,) if isinstance(said, str) else said),
        WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
    ]
"""One address or several."""
Network = Annotated[str, AfterValidator(_check_network)]
"""IP addresses that share their first bits: `10.20.0.0/16`."""


def endpoint(address: str) -> tuple[str, int]:
    """Host and port of an address."""
    match = _ADDRESS.fullmatch(address)
    if match is None:
        raise ValueError(address)
    return match["host"], int(match["port"] or PORTS[match["scheme"]])


def scheme(address: str) -> str:
    """What is spoken there, "" where the address does not say it."""
    match = _ADDRESS.fullmatch(address)
    return (match and match["scheme"]) or ""


def is_ip(host: str) -> bool:
    """Whether a host is a number and no name."""
    try:
        IPv4Address(host)
    except AddressValueError:
        return False
    return True


def namespace_in(host: str) -> str:
    """Namespace of a Service of the same cluster, as its name says; "" for what stands elsewhere."""
    match = re.fullmatch(rf"(?:{_LABEL}\.)+?(?P<namespace>{_LABEL})\.svc(?:\.cluster\.local)?", host)
    return match["namespace"] if match else ""
