"""Ports that probes and lifecycle handlers name, and their container does not have."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bayplan.validation.fields import is_variable, text_at
from bayplan.validation.pod_parts import events_of, port_names, probes_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.validation.pod import Container, Pod


ACTIONS = ("httpGet", "tcpSocket")


class Unknown(NamedTuple):
    """A name that leads nowhere."""

    field: str
    """The probe or handler: `readinessProbe`."""
    pointer: str
    message: str


def unknown_ports(container: Container, pod: Pod) -> Iterator[Unknown]:
    """Every named port that the kubelet will not find. Operators add ports to what they complete."""
    if pod.is_completed:
        return
    for handler in (*probes_of(container), *events_of(container)):
        for action in ACTIONS:
            name = text_at(handler.body, action, "port") if action in handler.body else ""
            if not name or name.isdecimal() or is_variable(name):
                continue  # a number in quotes is refused, which the schema tells
            names = port_names(container)
            if name not in names and not any(map(is_variable, names)):
                has = ", ".join(sorted(names)) or "no named port"
                message = f"{handler.field} of container {container.name} asks port {name}; the container has {has}"
                yield Unknown(handler.field, f"{handler.pointer}/{action}/port", message)
