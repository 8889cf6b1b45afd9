"""Names that the outside world asks for: those that are answered now, not any more, by somebody else, or in the clear.

A name is looked for in routes first (Ingress, HTTPRoute, VirtualService), and in gateways only where no route tells it.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from bayplan.review.effects.effect import effect
from bayplan.review.effects.pruning_fate import fates
from bayplan.review.effects.traffic_targets import targets_of
from bayplan.review.effects.traffic_words import listed
from bayplan.review.review import Effect, Topic, Weight
from bayplan.validation.backends import INGRESS
from bayplan.validation.fields import mappings_at, text_at, words_at
from bayplan.validation.gateways import GATEWAY as API_GATEWAY
from bayplan.validation.kinds import kind_of
from bayplan.validation.mesh.kinds import GATEWAY, VIRTUAL_SERVICE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bayplan.manifests.manifest import Manifest
    from bayplan.review.comparison import Comparison
    from bayplan.validation.world import World

API = "gateway.networking.k8s.io"
ROUTES = (INGRESS, VIRTUAL_SERVICE, *(f"{kind}.{API}" for kind in ("HTTPRoute", "GRPCRoute", "TLSRoute")))
GATEWAYS = (GATEWAY, API_GATEWAY)
ANY = "*"


def effects(comparison: Comparison) -> Iterator[Effect]:
    """Every name that is answered otherwise."""
    told: set[str] = set()
    for kinds in (ROUTES, GATEWAYS):
        if not is_touched(comparison, kinds):
            continue
        before, now = (by_host(world, kinds) for world in (comparison.base, comparison.head))
        keep_left_behind(comparison, kinds, now)
        for host in sorted((before.keys() | now.keys()) - told):
            found = [*of_host(comparison, host, before.get(host, []), now)]
            told |= {host} if found else set()
            yield from found
    for pair in comparison.changed:
        if kind_of(pair.after) == INGRESS:
            yield from uncovered(comparison, pair.before, pair.after)


def is_touched(comparison: Comparison, kinds: Sequence[str]) -> bool:
    """Whether any object of some kinds has changed, so that others need not be read."""
    changed = (pair.after for pair in comparison.changed)
    return any(kind_of(one) in kinds for one in (*changed, *comparison.added, *comparison.removed))


def by_host(world: World, kinds: Sequence[str]) -> dict[str, list[Manifest]]:
    """Who answers to which name."""
    found: dict[str, list[Manifest]] = defaultdict(list)
    for kind in kinds:
        for one in world.by_kind.get(kind, ()):
            for host in hosts_of(one):
                found[host].append(one)
    return found


def keep_left_behind(comparison: Comparison, kinds: Sequence[str], now: dict[str, list[Manifest]]) -> None:
    """What is not in the tree any more and stays in the cluster answers as before."""
    for gone in comparison.removed:
        if kind_of(gone) in kinds and not fates(comparison).of(gone).is_deleted:
            for host in hosts_of(gone):
                now[host].append(gone)


def hosts_of(manifest: Manifest) -> tuple[str, ...]:
    """The names of a route or gateway; `*` where it says none and so takes any."""
    kind, body = kind_of(manifest), manifest.body
    if kind == INGRESS:
        found = [text_at(rule, "host") or ANY for _, rule in mappings_at(body, "spec", "rules")]
    elif kind == VIRTUAL_SERVICE:
        is_outside = any(name != "mesh" for name in words_at(body, "spec", "gateways"))
        found = list(words_at(body, "spec", "hosts")) if is_outside else []
    elif kind == GATEWAY:
        found = [
            host.rpartition("/")[2]
            for _, one in mappings_at(body, "spec", "servers")
            for host in words_at(one, "hosts")
        ]
    elif kind == API_GATEWAY:
        found = [text_at(one, "hostname") or ANY for _, one in mappings_at(body, "spec", "listeners")]
    else:
        found = list(words_at(body, "spec", "hostnames"))
        parents = [text_at(one, "kind") or "Gateway" for _, one in mappings_at(body, "spec", "parentRefs")]
        found = found or ([ANY] if "Gateway" in parents else [])
    return tuple(dict.fromkeys(found))


def of_host(
    comparison: Comparison, host: str, before: list[Manifest], now: dict[str, list[Manifest]]
) -> Iterator[Effect]:
    """One name: who answers to it."""
    after = now.get(host, [])
    if {one.ref for one in before} == {one.ref for one in after}:
        return
    name = "every name that no other takes" if host == ANY else host
    if before and after:
        old, new = (listed(sorted({str(one.ref) for one in side})) for side in (before, after))
        yield told(comparison.head, after[0], "host-answered-elsewhere", f"{name} is answered by {new} (before: {old})")
    elif after:
        to = listed(targets_of(after[0]))
        says = f"answers to {name} from now on" + (f", and sends it to {to}" if to else "")
        yield told(comparison.head, after[0], "host-added", says)
    else:
        wider = next((one for one in wildcards(host) if one in now), "")
        says = f"does not answer to {name} any more"
        says += f"; {now[wider][0].ref} takes it, by {wider}" if wider else ", and whoever asks for it gets an error"
        same = comparison.head.inventory.by_ref.get(before[0].ref)
        world, owner = (comparison.head, same[0]) if same else (comparison.base, before[0])
        yield told(world, owner, "host-removed", says, doubt="" if same else fates(comparison).of(owner).doubt)


def wildcards(host: str) -> Iterator[str]:
    """The names that stand for a name among others: `*.example.com`, `*`."""
    rest = host.removeprefix("*.")
    while "." in rest:
        rest = rest.partition(".")[2]
        yield f"*.{rest}"
    yield ANY


def told(world: World, manifest: Manifest, code: str, says: str, *, doubt: str = "") -> Effect:
    """An effect on a route or gateway."""
    return effect(world, manifest, code, topic=Topic.TRAFFIC, weight=Weight.ATTENTION, says=says, doubt=doubt)


def uncovered(comparison: Comparison, was: Manifest, now: Manifest) -> Iterator[Effect]:
    """Names of an Ingress that were answered with a certificate, and are not any more."""
    before, after = (
        {host for _, tls in mappings_at(one.body, "spec", "tls") for host in words_at(tls, "hosts")}
        for one in (was, now)
    )
    bare = sorted((before - after) & set(hosts_of(now)))
    if bare:
        says = f"answers to {listed(bare)} without a certificate of its own: in plain text, or with a wrong one"
        yield told(comparison.head, now, "host-loses-tls", says)
