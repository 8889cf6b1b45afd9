"""Addresses of hosts (ip) and of networks (cidr)."""

from __future__ import annotations

import re
from ipaddress import (
    IPv4Address,
    IPv4Interface,
    IPv4Network,
    IPv6Address,
    IPv6Interface,
    IPv6Network,
    ip_address,
    ip_interface,
)
from typing import TYPE_CHECKING

from bayplan.validation.cel.arithmetic import no_overload
from bayplan.validation.cel.functions.texts import text
from bayplan.validation.cel.values import CelError, Opaque, Value

if TYPE_CHECKING:
    from collections.abc import Callable

Address = IPv4Address | IPv6Address


class Ip(Opaque):
    """The address of a host."""

    type_name = "net.IP"

    def __init__(self, address: Address) -> None:
        self.address = address

    def __str__(self) -> str:
        return str(self.address)

    def same(self, other: Value) -> bool:
        """The same host."""
        return isinstance(other, Ip) and self.address == other.address


class Cidr(Opaque):
    """A network, with the address that it was written with."""

    type_name = "net.CIDR"

    def __init__(self, network: IPv4Interface | IPv6Interface) -> None:
        self.network = network

    def __str__(self) -> str:
        return str(self.network)

    def same(self, other: Value) -> bool:
        """The same network, written with the same address."""
        return isinstance(other, Cidr) and self.network == other.network


def parse_ip(written: str) -> Address | None:
    """An address without a zone, and no IPv4 in the clothes of IPv6."""
    if "%" in written or not written.isascii():
        return None
    try:
        address = ip_address(written)
    except ValueError:
        return None
    return None if address.version == 6 and address.ipv4_mapped else address


def parse_cidr(written: str) -> IPv4Interface | IPv6Interface | None:
    """A network with the length of its prefix."""
    host, slash, length = written.partition("/")
    if not slash or not re.fullmatch(r"0|[1-9][0-9]{0,2}", length) or parse_ip(host) is None:
        return None
    try:
        return ip_interface(written)
    except ValueError:
        return None


def _ip(written: Value) -> Ip:
    if isinstance(written, Cidr):
        return Ip(written.network.ip)
    address = parse_ip(text(written, "ip"))
    if address is None:
        raise CelError(f"{written!r} is no IP address")
    return Ip(address)


def _cidr(written: Value) -> Cidr:
    network = parse_cidr(text(written, "cidr"))
    if network is None:
        raise CelError(f"{written!r} is no CIDR")
    return Cidr(network)


def _of_ip(name: str, function: Callable[[Address], Value]) -> Callable[[Value], Value]:
    def of(one: Value) -> Value:
        if not isinstance(one, Ip):
            raise no_overload(name, one)
        return function(one.address)

    return of


def network_of(one: Value, name: str) -> IPv4Network | IPv6Network:
    """The network of a Cidr."""
    if not isinstance(one, Cidr):
        raise no_overload(name, one)
    return one.network.network


def _contains_ip(one: Value, other: Value) -> bool:
    network = network_of(one, "containsIP")
    address = (other if isinstance(other, Ip) else _ip(other)).address
    return network.version == address.version and address in network


def _contains_cidr(one: Value, other: Value) -> bool:
    outer, inner = network_of(one, "containsCIDR"), network_of(_cidr(other) if type(other) is str else other, "cidr")
    return bool(
        outer.version == inner.version and inner.network_address in outer and outer.prefixlen <= inner.prefixlen
    )


def _masked(one: Value) -> Cidr:
    return Cidr(ip_interface(str(network_of(one, "masked"))))


def _is_canonical(written: Value) -> bool:
    return bool(str(_ip(written)) == written)


def _is_link_local(address: Address) -> bool:
    return not address.is_multicast and address.is_link_local


def _is_local_multicast(address: Address) -> bool:
    number = int(address)
    return number >> 8 == 0xE00000 if address.version == 4 else number >> 112 & 0xFF0F == 0xFF02


def _is_global(address: Address) -> bool:
    """As Go has it: private addresses, too."""
    rest = address.is_unspecified or address.is_loopback or address.is_multicast or _is_link_local(address)
    return not rest and str(address) != "255.255.255.255"


ALONE: dict[str, Callable[..., Value]] = {
    "cidr": _cidr,
    "ip": _ip,
    "ip.isCanonical": _is_canonical,
    "isCIDR": lambda written: parse_cidr(text(written, "isCIDR")) is not None,
    "isIP": lambda written: parse_ip(text(written, "isIP")) is not None,
}
OF_VALUES: dict[str, Callable[..., Value]] = {
    "containsCIDR": _contains_cidr,
    "containsIP": _contains_ip,
    "family": _of_ip("family", lambda address: address.version),
    "ip": _ip,
    "isGlobalUnicast": _of_ip("isGlobalUnicast", _is_global),
    "isLinkLocalMulticast": _of_ip("isLinkLocalMulticast", _is_local_multicast),
    "isLinkLocalUnicast": _of_ip("isLinkLocalUnicast", _is_link_local),
    "isLoopback": _of_ip("isLoopback", lambda address: address.is_loopback),
    "isUnspecified": _of_ip("isUnspecified", lambda address: address.is_unspecified),
    "masked": _masked,
    "prefixLength": lambda one: network_of(one, "prefixLength").prefixlen,
}
