"""Ranges of addresses in policies: whether pods may have addresses of theirs.

Whether a range stands for pods at all is left to the CNI: Calico compares the pods' addresses, Cilium does not. So what
only a range allows to a pod is a "perhaps".

Source: <https://kubernetes.io/docs/concepts/services-networking/network-policies/#behavior-of-to-and-from-selectors>
"""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_network

Network = IPv4Network | IPv6Network
POD_RANGES: tuple[Network, ...] = tuple(
    ip_network(text)
    for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7", "2000::/3")
)
"""Where clusters have their pods, as a rule."""
WIDE_BITS = 8
"""A range as wide as that is the whole world, with or without what is taken out of it."""


@lru_cache(maxsize=4096)
def may_hold_pods(block: str, excepts: tuple[str, ...]) -> bool:
    """Whether pods may have an address of a range; not in the internet alone: all without the private ranges."""
    whole = network_of(block)
    if whole is None:
        return True  # a variable, or a mistake that the schema tells
    taken = [one for one in map(network_of, excepts) if one is not None]
    if whole.prefixlen <= WIDE_BITS and sum(is_inside(one, taken) for one in POD_RANGES[:3]) == len(POD_RANGES[:3]):
        return False
    inside = [one for one in POD_RANGES if overlap(one, whole)]
    return any(not is_inside(one, taken) for one in inside) and not is_inside(whole, taken)


@lru_cache(maxsize=4096)
def network_of(text: str) -> Network | None:
    """The range in a text; None where it is none."""
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None


def overlap(one: Network, two: Network) -> bool:
    """Whether two ranges have an address in common."""
    return one.version == two.version and one.overlaps(two)


def is_inside(one: Network, others: list[Network]) -> bool:
    """Whether a range lies in one of others as a whole."""
    return any(contains(other, one) for other in others)


def contains(other: Network, one: Network) -> bool:
    """Whether the first holds all of the second."""
    return other.version == one.version and int(other[0]) <= int(one[0]) and int(one[-1]) <= int(other[-1])
