"""Two VirtualServices send the same requests of one host on one gateway to different places.

A gateway merges the routes of all VirtualServices for a host, in an order that is not defined: of two rules that match
the same requests, one is never used, and after a restore of the cluster it may be the other. Match different requests,
or put both rules into one VirtualService.

Source: <https://istio.io/latest/docs/ops/best-practices/traffic-management/#split-virtual-services>
"""

from __future__ import annotations

from collections import defaultdict
from heapq import merge
from operator import itemgetter
from typing import TYPE_CHECKING

from bayplan.validation.fields import (
    mapping_at,
    text_at,
    value_at,
    words_at,
)
from bayplan.validation.finding import Confidence, Severity
from bayplan.validation.mesh.kinds import VIRTUAL_SERVICE
from bayplan.validation.mesh.matches import EVERY_PATH, Match, covers, matches_of
from bayplan.validation.mesh.names import overlap, scopes
from bayplan.validation.mesh.parts import gateways_of
from bayplan.validation.once import once
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: chat, namespace: chat}
spec:
  hosts: [example.com]
  gateways: [ingress/public]
  http: [{match: [{uri: {prefix: /chat}}], directResponse: {status: 200}}]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: chat-next, namespace: chat}
spec:
  hosts: [example.com]
  gateways: [ingress/public]
  http: [{match: [{uri: {prefix: /chat}}], directResponse: {status: 404}}]
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: public, namespace: ingress}
spec:
  servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: [example.com]}]
"""
GOOD = BAD.replace("prefix: /chat", "prefix: /next", 1)


@rule(
    "MSH010",
    severity=Severity.DOWN,
    rows=("I3",),
    kinds=(VIRTUAL_SERVICE,),
    confidence=Confidence.MEDIUM,
    fix="match different requests, or put the rules of one host into one VirtualService",
)
def routes_on_one_gateway_clash(route: Manifest, world: World) -> Iterator[Hit]:
    """Compare the matches of a VirtualService with those of others that stand before it on its gateways."""
    mesh, told = world.mesh, set[str]()
    own = list(matches_in(route))
    for other in others_on_gateways(route, world):
        if not mesh.are_together(route, other):
            continue
        theirs = [match for _, some in matches_of(other, "http") for match in some]
        for where, match in own:
            if match.pointer not in told and any(is_same(match, one) for one in theirs):
                if action_of(route, match) in [action_of(other, one) for one in theirs if is_same(match, one)]:
                    continue
                told.add(match.pointer)
                said = "everything" if match.place < 0 else "the same requests"
                yield Hit(match.pointer or where, f"matches {said} as {other.ref} does", mesh.status_with(other, route))


def matches_in(route: Manifest) -> Iterator[tuple[str, Match]]:
    """Every match of a VirtualService, with the pointer of its rule."""
    return ((where, match) for where, some in matches_of(route, "http") for match in some)


@once
def routes_by_path(world: World) -> Mapping[object, list[tuple[int, Manifest]]]:
    """VirtualServices by gateway and host, and by what is the same in all matches that can be alike: their path.

    Each with its place in the tree. A host may be shared by thousands, each with a path of its own.
    """
    found: dict[object, list[tuple[int, Manifest]]] = defaultdict(list)
    for place, route in enumerate(world.by_kind.get(VIRTUAL_SERVICE, ())):
        paths = {path_of(match) for _, match in matches_in(route)}
        for key in dict.fromkeys(keys_of(route)):
            for path in paths:
                found[key, path].append((place, route))
    return found


def path_of(match: Match) -> str:
    """The path that a match asks for, without case; "" for every path, and for what is no such condition."""
    condition = mapping_at(match.body, "uri")
    if condition == EVERY_PATH or text_at(condition, "regex") in ("*", ".*"):
        return ""
    return str(condition.get("exact", condition.get("prefix", condition.get("regex", "")))).lower()


def is_same(one: Match, other: Match) -> bool:
    """Whether two matches take exactly the same requests."""
    return covers(one.body, other.body) and covers(other.body, one.body)


def action_of(route: Manifest, match: Match) -> object:
    """What a rule does with the requests that it matches."""
    rules = value_at(route.body, "spec", "http")
    return {key: value for key, value in rules[match.rule].items() if key not in ("match", "name")}


def others_on_gateways(route: Manifest, world: World) -> list[Manifest]:
    """The VirtualServices before one in the tree that share a gateway, a host and a path with it."""
    known, paths = routes_by_path(world), {path_of(match) for _, match in matches_in(route)}
    seen = scopes(words_at(route.body, "spec", "exportTo"), route.ref.namespace)
    found: dict[int, Manifest] = {}
    for key in keys_of(route):
        for _, other in merge(*(known.get((key, path), ()) for path in paths), key=itemgetter(0)):
            if other is route:
                break
            if overlap(seen, scopes(words_at(other.body, "spec", "exportTo"), other.ref.namespace)):
                found[id(other)] = other
    return list(found.values())


def keys_of(route: Manifest) -> list[tuple[tuple[str, str], str]]:
    """Gateways and hosts of a VirtualService, as the index has them."""
    hosts = dict.fromkeys(words_at(route.body, "spec", "hosts"))
    return [(gateway, host) for _, gateway in gateways_of(route) for host in hosts]
