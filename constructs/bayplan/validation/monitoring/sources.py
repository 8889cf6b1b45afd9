"""Where KEDA's scalers get their numbers from: addresses in the metadata of triggers.

KEDA's operator makes the connections: a name without a namespace is looked up in its namespace, not in that of the
ScaledObject.

Source: <https://keda.sh/docs/latest/scalers/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bayplan.manifests.pointer import pointer
from bayplan.validation.fields import is_variable, mapping_at, mappings_at, text_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

KEYS = frozenset(
    {
        "address", "addresses", "adminURL", "bootstrapServers", "endpoint", "endpoints", "host", "hosts",
        "managementEndpoint", "natsServerMonitoringEndpoint", "nsqLookupdHTTPAddresses", "restAPITemplate",
        "scalerAddress", "server", "serverAddress", "serverURL", "url",
    }
)  # fmt: skip
"""Fields of scalers that hold addresses."""
PORTS = {"host": "port", "hosts": "ports"}
"""Fields that hold the port beside them."""
SCHEMES = {"http": 80, "https": 443}


class Address(NamedTuple):
    """A host that a trigger names."""

    host: str
    port: int | None
    pointer: str


class Place(NamedTuple):
    """A Service inside of the cluster that an address means."""

    service: str
    namespace: str
    """"" for a name alone, which is looked up in KEDA's own namespace."""
    is_pod: bool
    """Whether it is one pod behind the Service."""


def addresses_of(scaled: Manifest) -> Iterator[Address]:
    """Every address in the triggers of an object, or of a MetricTemplate of Flagger."""
    provider = text_at(scaled.body, "spec", "provider", "address")
    if provider and not is_variable(provider):
        yield address_of(provider, "", pointer("spec", "provider", "address"))
    for index, trigger in mappings_at(scaled.body, "spec", "triggers"):
        metadata = mapping_at(trigger, "metadata")
        for key in sorted(KEYS & metadata.keys()):
            where = pointer("spec", "triggers", index, "metadata", key)
            beside = text_at(metadata, PORTS.get(key, ""))
            for one in text_at(metadata, key).split(","):
                if one.strip() and not is_variable(one):
                    yield address_of(one.strip(), beside, where)


def address_of(text: str, beside: str, where: str) -> Address:
    """Host and port of a URL, of `host:port`, or of a host with the port in another field."""
    scheme, found, rest = text.partition("://")
    rest = rest if found else text
    authority = rest.partition("/")[0].partition("?")[0].rpartition("@")[2]
    host, colon, port = authority.rpartition(":")
    if not colon or authority.endswith("]"):
        host, port = authority, beside
    number = int(port) if port.isdecimal() else None
    return Address(host, number if port else SCHEMES.get(scheme.lower()) if found else None, where)


def place_of(address: Address, world: World) -> Place | None:
    """The Service that an address means; None for addresses of the outside world, and those that cannot be told."""
    host = address.host.rstrip(".").lower()
    name, in_cluster, _ = host.partition(".svc")
    parts = name.split(".")
    if in_cluster and host[len(name) + 4 :] in ("", ".cluster.local"):
        if len(parts) in (2, 3):
            return Place(parts[-2], parts[-1], is_pod=len(parts) > 2)
        return None
    if in_cluster or not host or host == "localhost" or not host.replace("-", "").replace(".", "").isalnum():
        return None
    if host.replace(".", "").isdecimal():
        return None
    parts = host.split(".")
    if len(parts) == 1:
        return Place(host, "", is_pod=False)
    return Place(parts[0], parts[1], is_pod=False) if len(parts) == 2 and parts[1] in world.naming.namespaces else None


def namespace_of_keda(world: World) -> str:
    """The namespace in which KEDA's operator runs; "" where the tree does not say it."""
    for kind in ("Deployment.apps", "HelmRelease.helm.toolkit.fluxcd.io"):
        for name in ("keda-operator", "keda"):
            for found in world.by_name.get((kind, name), ()):
                where = text_at(found.body, "spec", "targetNamespace") or found.ref.namespace
                if where and not is_variable(where):
                    return where
    return ""
