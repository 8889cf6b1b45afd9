"""Names that the mesh can route to: Services by their DNS name, and the hosts of ServiceEntries.

Source: <https://istio.io/latest/docs/reference/config/networking/virtual-service/#Destination>
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from bayplan.validation.fields import annotation, mappings_at, whole_at, words_at

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bayplan.manifests.manifest import Manifest

SERVICE_ENTRY = "ServiceEntry.networking.istio.io"
DOMAIN = "svc.cluster.local"


class Host(NamedTuple):
    """One name that somebody answers to."""

    manifest: Manifest
    ports: frozenset[int]
    exported_to: tuple[str, ...]

    def is_seen_from(self, namespace: str) -> bool:
        """Whether workloads and routes of a namespace know the name."""
        home = self.manifest.ref.namespace
        return any(place in ("*", namespace) or (place == "." and namespace == home) for place in self.exported_to)


class Hosts:
    """Every name of a tree; wildcards apart, since they cannot be looked up."""

    def __init__(self, by_kind: Mapping[str, tuple[Manifest, ...]]) -> None:
        self._named: dict[str, list[Host]] = defaultdict(list)
        self._wildcards: list[tuple[str, Host]] = []
        for service in by_kind.get("Service", ()):
            exported = annotation(service.body, "networking.istio.io/exportTo")
            places = tuple(place.strip() for place in exported.split(",") if place.strip())
            host = Host(service, ports_of(service, "port"), places or ("*",))
            self._named[f"{service.ref.name}.{service.ref.namespace}.{DOMAIN}"].append(host)
        for entry in by_kind.get(SERVICE_ENTRY, ()):
            host = Host(entry, ports_of(entry, "number"), words_at(entry.body, "spec", "exportTo") or ("*",))
            for name in words_at(entry.body, "spec", "hosts"):
                self._add_entry(name, host)

    def _add_entry(self, name: str, host: Host) -> None:
        if name.startswith("*"):
            self._wildcards.append((name[1:], host))
        else:
            self._named[full_name(name, host.manifest.ref.namespace)].append(host)

    def answering(self, name: str, namespace: str) -> tuple[Host, ...]:
        """Whoever answers to a name that is written in a namespace."""
        wanted = full_name(name, namespace)
        found = [*self._named.get(wanted, ())]
        found += [host for suffix, host in self._wildcards if wanted.removeprefix("*").endswith(suffix)]
        return tuple(host for host in found if host.is_seen_from(namespace))


def full_name(name: str, namespace: str) -> str:
    """The name in full: only a name without any dot is completed, `web.shop` stays what it is."""
    return name if "." in name or name == "*" else f"{name}.{namespace}.{DOMAIN}"


def service_behind(full: str) -> tuple[str, str] | None:
    """Name and namespace of the Service that a full name means; None for names of the outside world."""
    name, dot, rest = full.partition(".")
    namespace, dot, domain = rest.partition(".")
    return (name, namespace) if dot and domain.startswith("svc.") and "clusterset" not in domain else None


def ports_of(manifest: Manifest, key: str) -> frozenset[int]:
    """The port numbers that an object lists."""
    numbers = (whole_at(port, key) for _, port in mappings_at(manifest.body, "spec", "ports"))
    return frozenset(number for number in numbers if number is not None)
