"""Names that the mesh can route to: Services by their DNS name, and the hosts of ServiceEntries.

Source: <https://istio.io/latest/docs/reference/config/networking/virtual-service/#Destination>
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from bayplan.validation.fields import annotation, mappings_at, whole_at, words_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

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
    """Every name of a tree. Whoever answers to one name in the same way as another is kept once."""

    def __init__(self, by_kind: Mapping[str, tuple[Manifest, ...]]) -> None:
        self._answering: dict[str, dict[tuple[object, ...], Host]] = defaultdict(dict)
        for service in by_kind.get("Service", ()):
            exported = annotation(service.body, "networking.istio.io/exportTo")
            places = tuple(place.strip() for place in exported.split(",") if place.strip())
            host = Host(service, ports_of(service, "port"), places or ("*",))
            self._add(f"{service.ref.name}.{service.ref.namespace}.{DOMAIN}", host)
        for entry in by_kind.get(SERVICE_ENTRY, ()):
            host = Host(entry, ports_of(entry, "number"), words_at(entry.body, "spec", "exportTo") or ("*",))
            for name in words_at(entry.body, "spec", "hosts"):
                self._add(full_name(name, entry.ref.namespace), host)

    def _add(self, name: str, host: Host) -> None:
        home = host.manifest.ref.namespace if "." in host.exported_to else ""
        self._answering[name].setdefault((host.ports, host.exported_to, home), host)

    def named(self, full: str) -> Iterator[tuple[Host, ...]]:
        """Whoever has a full name: the name itself first, then its wildcards (`*.example.com`, `*`), narrow to wide."""
        dots = [place for place, letter in enumerate(full) if letter == "."]
        for pattern in dict.fromkeys([full, *(f"*{full[dot:]}" for dot in dots), "*"]):
            if pattern in self._answering:
                yield tuple(self._answering[pattern].values())

    def meant_by(self, pattern: str) -> bool:
        """Whether some name ends as a wildcard (`*.local`) says."""
        return any(name.endswith(pattern[1:]) for name in self._answering)

    def answering(self, full: str, namespace: str) -> tuple[Host, ...]:
        """Whoever answers to a full name in a namespace: the narrowest name that is exported to it."""
        for hosts in self.named(full):
            seen = tuple(host for host in hosts if host.is_seen_from(namespace))
            if seen:
                return seen
        return ()


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
