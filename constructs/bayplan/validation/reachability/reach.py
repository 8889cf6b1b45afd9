"""Which of the calls that must work are stopped, by which policy: each topic is judged once, for all policies."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from bayplan.validation.fields import text_at
from bayplan.validation.mesh.injection import annotations_of, is_in_mesh
from bayplan.validation.reachability.authorization import Guards
from bayplan.validation.reachability.blame import blamed
from bayplan.validation.reachability.calls import Stop
from bayplan.validation.reachability.conditions import NOBODY, SOMEBODY, Principal
from bayplan.validation.reachability.doubts import Doubts
from bayplan.validation.reachability.network import Network
from bayplan.validation.reachability.policy import EGRESS, INGRESS
from bayplan.validation.reachability.sure import Sure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.reachability.authorization import Guard
    from bayplan.validation.reachability.calls import Call
    from bayplan.validation.reachability.ends import End
    from bayplan.validation.reachability.policy import Policy
    from bayplan.validation.world import World

    Topic = Callable[[World], Iterator[Call]]

Made = TypeVar("Made")
EXCLUDED = "traffic.sidecar.istio.io/excludeInboundPorts"


class Refusal(NamedTuple):
    """A call that gets through the network, and that the proxy of its target does not let in."""

    call: Call
    guards: tuple[Guard, ...]
    doubt: str
    """Why that is not sure, in words."""


class Reach:
    """Everything about who reaches whom in one tree."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.network = Network(world)
        self.doubts = Doubts(world)
        self.guards = Guards(world.by_kind)
        self._made: dict[object, Any] = {}
        self._calls: dict[Topic, tuple[Call, ...]] = {}
        self._judged: dict[int, tuple[Call, Sequence[Stop]]] = {}
        self._stops: dict[Topic, Mapping[int, list[Stop]]] = {}
        self._refusals: dict[Topic, Mapping[int, list[Refusal]]] = {}

    def once(self, key: object, make: Callable[[], Made]) -> Made:
        """What was made for a key, or what is made now: for what several calls have in common."""
        if key not in self._made:
            self._made[key] = make()
        made: Made = self._made[key]
        return made

    def calls(self, topic: Topic) -> tuple[Call, ...]:
        """What must work, of one kind."""
        if topic not in self._calls:
            self._calls[topic] = tuple(topic(self._world))
        return self._calls[topic]

    def stopped_by(self, policy: Manifest, topic: Topic) -> Sequence[Stop]:
        """The calls of one kind that a NetworkPolicy answers for."""
        if topic not in self._stops:
            self._stops[topic] = self._blame(self.calls(topic))
        return self._stops[topic].get(id(policy), ())

    def _blame(self, calls: Sequence[Call]) -> Mapping[int, list[Stop]]:
        groups: dict[tuple[str, str, str], list[Stop]] = defaultdict(list)
        for call in calls:
            for stop in self.stops(call):
                groups[stop.direction, key_of(call, stop.direction), call.port].append(stop)
        alike: dict[tuple[str, str, str], list[Call]] = defaultdict(list)
        for call in calls if groups else ():
            for direction in (EGRESS, INGRESS):
                alike[direction, key_of(call, direction), call.port].append(call)
        found: dict[int, list[Stop]] = defaultdict(list)
        for key, same in groups.items():
            for policy, stop in blamed(same, alike[key], self.network):
                found[id(policy.manifest)].append(stop)
        return found

    def stops(self, call: Call) -> Sequence[Stop]:
        """Where a call is stopped: nowhere, on one side, or on both."""
        if id(call) not in self._judged:
            # the call is kept: its identity must not be given to another
            self._judged[id(call)] = (call, tuple(self._judge(call)))
        return self._judged[id(call)][1]

    def _judge(self, call: Call) -> Iterator[Stop]:
        if any(self._passes(source, target, call) for source in call.sources for target in call.targets):
            return
        for direction, ends, others in ((EGRESS, call.sources, call.targets), (INGRESS, call.targets, call.sources)):
            if not any(self._side(direction, end, other, call) for end in ends for other in others):
                end = ends[0]
                doubt = call.doubt or self.doubts.about(end)
                if not doubt and call.fallback and self._side(direction, end, call.fallback, call):
                    doubt = f"that port is open to others, and {call.fallback.name} may be among them"
                yield Stop(call, direction, self._isolating(end, direction), doubt)

    def _passes(self, source: End, target: End, call: Call) -> bool:
        return self._side(EGRESS, source, target, call) and self._side(INGRESS, target, source, call)

    def _side(self, direction: str, end: End, other: End, call: Call) -> bool:
        look = self.network.leaving if direction == EGRESS else self.network.entering
        source, target = (end, other) if direction == EGRESS else (other, end)
        through = self.network.opened(end, direction) if call.asks_anybody else look(source, target).perhaps
        return any(through.holds(*port) for port in call.ports)

    def _isolating(self, end: End, direction: str) -> tuple[Policy, ...]:
        sure = [policy for policy, selects in self.network.isolating(end, direction) if selects is Sure.YES]
        return tuple(sorted(sure, key=lambda policy: (len(self.network.selected(policy)), policy.manifest.ref)))

    def refused_by(self, guard: Manifest, topic: Topic) -> Sequence[Refusal]:
        """The calls of one kind that an AuthorizationPolicy answers for."""
        if topic not in self._refusals:
            found: dict[int, list[Refusal]] = defaultdict(list)
            for call in self.calls(topic):
                for refusal in self._refusals_of(call):
                    found[id(refusal.guards[0].manifest)].append(refusal)
            self._refusals[topic] = found
        return self._refusals[topic].get(id(guard), ())

    def _refusals_of(self, call: Call) -> Iterator[Refusal]:
        for target in call.targets if len(call.targets) == 1 else ():
            if target.pod is None or is_in_mesh(target.pod, self._world) is not True:
                return
            excluded = text_at(dict(annotations_of(target.pod)), EXCLUDED).split(",")
            verdicts = [
                self.guards.judge(self.principal(source), target, number)
                for source in call.sources
                for protocol, number in call.ports
                if protocol == "TCP" and str(number) not in excluded and number not in OWN_PORTS
            ]
            is_whole = verdicts and len(verdicts) == len(call.sources) * len(call.ports)
            if is_whole and all(one.sure is Sure.NO for one in verdicts):
                guards = tuple(sorted(verdicts[0].guards, key=self._width))
                yield Refusal(call, guards, call.doubt or self.doubts.of_mesh(target, guards[0]))

    def _width(self, guard: Guard) -> tuple[bool, bool, object]:
        return (guard.manifest.ref.namespace == "istio-system", guard.selector is None, guard.manifest.ref)

    def principal(self, end: End) -> Principal:
        """Who the mesh says that an end is."""
        if end.account:
            return Principal(end.namespace, end.account, is_known=True)
        in_mesh = is_in_mesh(end.pod, self._world) if end.pod is not None else None
        if end.pod is None or in_mesh is None:
            return SOMEBODY
        account = text_at(end.pod.spec, "serviceAccountName") or "default"
        return Principal(end.namespace, account, is_known=True) if in_mesh else NOBODY


def key_of(call: Call, direction: str) -> str:
    """Who is at the other end of a call."""
    return call.target.name if direction == EGRESS else call.source.name


OWN_PORTS = frozenset({15020, 15021, 15090})
"""Ports of the proxy itself, which no policy of the mesh guards."""
