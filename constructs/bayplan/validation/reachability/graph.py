"""The flows of one cluster, from its policies and from what must get through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.mesh.injection import is_in_mesh
from bayplan.validation.reachability.flows import Flow, Graph, Place, Scope, Stopped
from bayplan.validation.reachability.peers import open_to_all, others_in, told
from bayplan.validation.reachability.policy import EGRESS, INGRESS
from bayplan.validation.reachability.sure import Sure
from bayplan.validation.reachability.topics.control_plane import proxies
from bayplan.validation.reachability.topics.declared import declared
from bayplan.validation.reachability.topics.names import queries
from bayplan.validation.reachability.topics.routes import every_end, routed
from bayplan.validation.reachability.topics.scalers import asked_by_keda
from bayplan.validation.reachability.topics.scraping import scrapes
from bayplan.validation.reachability.topics.servers import called_by_the_server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.validation.reachability.ends import End
    from bayplan.validation.reachability.ports import Ports
    from bayplan.validation.world import World

TOPICS = {
    "RCH005": queries,
    "RCH007": proxies,
    "RCH008": scrapes,
    "RCH009": routed,
    "RCH010": declared,
    "RCH011": asked_by_keda,
    "RCH012": called_by_the_server,
}
"""What must get through, by the rule that tells what does not."""
PROXY_PORTS = 15000
"""The proxy's own ports begin here."""


def graph_of(world: World, scope: Scope | None = None) -> Graph:
    """Everything that is asked for, sorted."""
    asked = scope or Scope()
    flows = sorted({*inner_flows(world, asked), *outer_flows(world, asked)})
    stopped = sorted({one for one in stops(world) if asked.has(one.source, one.target)})
    used = {place for flow in flows for place in (flow.source, flow.target)}
    used |= {place for stop in stopped for place in (stop.source, stop.target)}
    places = {place_of(end, world) for end in every_end(world)}
    used |= {place for place in places if asked.has(place, place)}
    return Graph(cluster=world.name, places=tuple(sorted(used)), flows=tuple(flows), stopped=tuple(stopped))


def place_of(end: End, world: World) -> Place:
    """The place of an end."""
    if end.pod is None:
        return Place(namespace="", name=end.name, is_outside=True)
    kind, _, rest = end.name.partition(" ")
    network = world.reach.network
    return Place(
        namespace=end.namespace or "",
        name=f"{kind} {rest.rpartition('/')[2]}",
        takes_all=not network.isolating(end, INGRESS),
        sends_all=not network.isolating(end, EGRESS),
    )


def inner_flows(world: World, scope: Scope) -> Iterator[Flow]:
    """What gets from pods of the tree to pods of the tree, where a policy has more to say than "everybody"."""
    network = world.reach.network
    ends = [(end, place_of(end, world)) for end in every_end(world)]
    for target, there in ends:
        for source, here in ends:
            if source is target or (there.takes_all and here.sends_all) or not scope.has(here, there):
                continue
            passed = network.between(source, target)
            ports = passed.surely or passed.perhaps
            if ports and ports != open_to_all(source, target, world):
                yield Flow(
                    source=here,
                    target=there,
                    ports=str(ports),
                    policies=letting(source, target, world),
                    is_sure=bool(passed.surely),
                    refused_by=refusing(source, target, ports, world),
                )


def letting(source: End, target: End, world: World) -> tuple[str, ...]:
    """The policies of both sides with a rule that takes the other side."""
    network = world.reach.network
    found = [
        str(policy.manifest.ref)
        for end, other, direction in ((source, target, EGRESS), (target, source, INGRESS))
        for policy, _ in network.isolating(end, direction)
        if any(network.taken(policy, rule, other) is not Sure.NO for rule in policy.rules(direction) or ())
    ]
    return tuple(dict.fromkeys(found))


def refusing(source: End, target: End, ports: Ports, world: World) -> tuple[str, ...]:
    """The policies of the mesh that refuse every declared port of the target that is open to the source."""
    if target.pod is None or is_in_mesh(target.pod, world) is not True:
        return ()
    declared_ports = sorted({(protocol, number) for (_, protocol), number in (target.ports or {}).items()})
    principal = world.reach.principal(source)
    verdicts = [
        world.reach.guards.judge(principal, target, number)
        for protocol, number in declared_ports
        if ports.holds(protocol, number) and number < PROXY_PORTS
    ]
    if not verdicts or any(one.sure is not Sure.NO for one in verdicts):
        return ()
    return tuple(dict.fromkeys(str(guard.manifest.ref) for one in verdicts for guard in one.guards))


def outer_flows(world: World, scope: Scope) -> Iterator[Flow]:
    """What rules let in from others, or out to them."""
    network = world.reach.network
    for end in every_end(world):
        place = place_of(end, world)
        for direction in (INGRESS, EGRESS):
            for policy, selects in network.isolating(end, direction):
                for rule in policy.rules(direction) or ():
                    for words in others_in(policy, rule, world):
                        other = Place(namespace="", name=words, is_outside=True)
                        source, target = (other, place) if direction == INGRESS else (place, other)
                        if scope.has(source, target):
                            yield Flow(
                                source=source,
                                target=target,
                                ports=told(rule),
                                policies=(str(policy.manifest.ref),),
                                is_sure=selects is Sure.YES,
                            )


def stops(world: World) -> Iterator[Stopped]:
    """What must get through and does not, by the policies that stop it."""
    for code, topic in TOPICS.items():
        for call in world.reach.calls(topic):
            for stop in world.reach.stops(call):
                yield Stopped(
                    source=place_of(call.source, world),
                    target=place_of(call.target, world),
                    ports=call.port,
                    why=call.why,
                    policies=tuple(str(policy.manifest.ref) for policy in stop.policies),
                    rule=code,
                    is_sure=not stop.doubt,
                )
