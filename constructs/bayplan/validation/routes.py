"""Where a VirtualService sends traffic.

Source: <https://istio.io/latest/docs/reference/config/networking/virtual-service/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bayplan.manifests.pointer import pointer
from bayplan.validation.fields import mapping_at, mappings_at, text_at, whole_at, words_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest

VIRTUAL_SERVICE = "VirtualService.networking.istio.io"


class Destination(NamedTuple):
    """One place that traffic is sent to."""

    host: str
    port: int | None
    pointer: str
    subset: str = ""


def viewers_of(route: Manifest) -> tuple[str, ...]:
    """Namespaces whose proxies use a VirtualService, as far as they are named; its own if it is for all."""
    home = route.ref.namespace
    places = words_at(route.body, "spec", "exportTo")
    if not places or "*" in places:
        return (home,)
    return tuple(home if place == "." else place for place in places if place != "~")


def destinations_of(route: Manifest) -> Iterator[Destination]:
    """Every destination: of HTTP, TLS and TCP routes, and of mirrors."""
    for protocol in ("http", "tls", "tcp"):
        for index, rule in mappings_at(route.body, "spec", protocol):
            where = pointer("spec", protocol, index)
            for number, item in mappings_at(rule, "route"):
                yield from destination(mapping_at(item, "destination"), f"{where}/route/{number}/destination")
            for number, item in mappings_at(rule, "mirrors"):
                yield from destination(mapping_at(item, "destination"), f"{where}/mirrors/{number}/destination")
            yield from destination(mapping_at(rule, "mirror"), f"{where}/mirror")


def destination(body: dict[str, object], where: str) -> Iterator[Destination]:
    """One destination, if a host is named."""
    if host := text_at(body, "host"):
        yield Destination(host, whole_at(body, "port", "number"), where, text_at(body, "subset"))
