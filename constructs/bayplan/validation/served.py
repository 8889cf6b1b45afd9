"""Ports of Services, as those who send to them look them up.

Source: <https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports>
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bayplan.manifests.ref import Ref
from bayplan.validation.fields import mappings_at, text_at, whole_at

if TYPE_CHECKING:
    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World


class Served(NamedTuple):
    """The ports of a Service."""

    names: frozenset[str]
    numbers: frozenset[int]
    targets: frozenset[int | str]
    """What they lead to in the pods."""

    def __str__(self) -> str:
        return ", ".join([*map(str, sorted(self.numbers)), *sorted(self.names)])


def services(world: World, namespace: str, name: str) -> tuple[Manifest, ...]:
    """The Services of a name in a namespace."""
    return world.inventory.by_ref.get(Ref("", "Service", namespace, name), ())


def ports_served(world: World, namespace: str, name: str) -> Served | None:
    """The ports that a Service surely has; None where that is not known, or where it may be any."""
    found = services(world, namespace, name)
    if not found or any(world.draft_of(one) or text_at(one.body, "spec", "type") == "ExternalName" for one in found):
        return None
    ports = [port for one in found for _, port in mappings_at(one.body, "spec", "ports")]
    numbers = (whole_at(port, "port") for port in ports)
    targets = (port.get("targetPort", port.get("port")) for port in ports)
    return (
        Served(
            frozenset(text_at(port, "name") for port in ports) - {""},
            frozenset(number for number in numbers if number is not None),
            frozenset(target for target in targets if isinstance(target, int | str)),
        )
        if ports
        else None
    )
