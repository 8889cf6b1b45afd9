"""Metric sources of autoscalers: KEDA's operator asks the Services that triggers name.

Source: <https://keda.sh/docs/latest/operate/cluster/#firewall>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.fields import mappings_at, texts_at
from bayplan.validation.reachability.addresses import hosts_in, service_of
from bayplan.validation.reachability.calls import Call
from bayplan.validation.reachability.ends import stranger
from bayplan.validation.reachability.services import sockets
from bayplan.validation.reachability.topics.routes import every_end

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bayplan.validation.reachability.ends import End
    from bayplan.validation.world import World

SCALED = ("ScaledJob.keda.sh", "ScaledObject.keda.sh")
NAMES = ("app", "app.kubernetes.io/name", "name")
OPERATOR = "keda-operator"


def asked_by_keda(world: World) -> Iterator[Call]:
    """Every trigger whose address is a Service of the tree."""
    for scaled in (one for kind in SCALED for one in world.by_kind.get(kind, ())):
        for _, trigger in mappings_at(scaled.body, "spec", "triggers"):
            for host, port in addresses_of(texts_at(trigger, "metadata")):
                service = service_of(host, scaled.ref.namespace, world)
                for socket in sockets(world, service, port) if service is not None else ():
                    yield Call(
                        sources=operators(world),
                        targets=(world.reach.network.end(socket.pod),),
                        ports=((socket.protocol, socket.number),),
                        why=f"{scaled.ref} has KEDA ask it",
                    )


def addresses_of(metadata: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    """The hosts in a trigger: in any of its words, or in `host` and `port` apart."""
    for value in metadata.values():
        yield from hosts_in(value)
    if metadata.get("port", "").isdecimal() and "host" in metadata:
        yield metadata["host"], int(metadata["port"])


def operators(world: World) -> tuple[End, ...]:
    """KEDA's operator: pods of the tree with its name, or else a stranger."""
    return world.reach.once(
        OPERATOR,
        lambda: (
            tuple(end for end in every_end(world) if any(end.labels.get(key) == OPERATOR for key in NAMES))
            or (stranger("KEDA's operator", None, {"app": OPERATOR}),)
        ),
    )
