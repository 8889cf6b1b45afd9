"""From a Service to the ports of the pods behind it: what a connection to its name ends at."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bayplan.validation import pools, selectors
from bayplan.validation.fields import mappings_at, text_at, texts_at, value_at, whole_at
from bayplan.validation.reachability.ends import named_ports
from bayplan.validation.served import services

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.pods import Pod
    from bayplan.validation.world import World


class Socket(NamedTuple):
    """A port of the pods of one template."""

    pod: Pod
    protocol: str
    number: int


def service_named(world: World, namespace: str, name: str) -> Manifest | None:
    """A Service of the tree."""
    found = services(world, namespace, name)
    return found[0] if found else None


def sockets(world: World, service: Manifest, port: int | str | None = None) -> Iterator[Socket]:
    """The ports of pods behind a port of a Service, by number or name; behind all of them for None.

    Those of an InferencePool are the ports of its pods themselves.
    """
    if service.ref.kind == pools.KIND:
        numbers = pools.ports_of(service)
        yield from (Socket(pod, "TCP", number) for pod in pools.pods_of(service, world) for number in numbers)
        return
    labels = texts_at(service.body, "spec", "selector")
    if not labels or text_at(service.body, "spec", "type") == "ExternalName":
        return
    pods = world.pods.selected(service.ref.namespace, selectors.of_labels(labels))
    is_headless = text_at(service.body, "spec", "clusterIP") == "None"
    for _, entry in mappings_at(service.body, "spec", "ports") if pods else ():
        if port in (None, whole_at(entry, "port"), text_at(entry, "name")):
            protocol = text_at(entry, "protocol") or "TCP"
            aim = value_at(entry, "targetPort") or whole_at(entry, "port")
            if is_headless and isinstance(port, int):
                aim = port  # the name leads to the pods themselves: nobody translates the port
            for pod in pods:
                number = aim if isinstance(aim, int) else port_named(pod, str(aim), protocol)
                if number is not None:
                    yield Socket(pod, protocol, number)


def port_named(pod: Pod, name: str, protocol: str) -> int | None:
    """The number of a declared port."""
    declared: Mapping[tuple[str, str], int] = named_ports(pod) or {}
    return declared.get((name, protocol))
