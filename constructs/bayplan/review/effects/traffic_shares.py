"""Which share of the requests goes where: weights of routes, before and after."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

from bayplan.manifests.pointer import pointer
from bayplan.review.effects.effect import effect
from bayplan.review.effects.pruning_fate import fates
from bayplan.review.effects.traffic_targets import of_destination
from bayplan.review.effects.traffic_words import listed, went
from bayplan.review.review import Effect, Topic, Weight
from bayplan.validation.backends import ROUTE_KINDS
from bayplan.validation.fields import mappings_at, text_at, value_at, whole_at, words_at
from bayplan.validation.kinds import kind_of
from bayplan.validation.mesh.kinds import VIRTUAL_SERVICE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.review.comparison import Comparison, Pair
    from bayplan.validation.world import World

PROTOCOLS = ("http", "tls", "tcp")


class Rule(NamedTuple):
    """One rule of a route."""

    body: dict[str, Any]
    pointer: str
    says: str
    """What it takes, in words: `requests for /api`."""

    def destinations(self) -> list[dict[str, Any]]:
        """Where it sends to."""
        return [one for key in ("route", "backendRefs") for _, one in mappings_at(self.body, key)]


def rules_of(route: Manifest) -> dict[tuple[str, str, int], Rule]:
    """The rules of a route by what they take; those that take the same by their order."""
    keys = PROTOCOLS if kind_of(route) == VIRTUAL_SERVICE else ("rules",)
    found: dict[tuple[str, str, int], Rule] = {}
    for key in keys:
        for index, body in mappings_at(route.body, "spec", key):
            matches = value_at(body, "match") or value_at(body, "matches") or []
            what = text_at(body, "name") or json.dumps(matches, sort_keys=True, default=str)
            number = 0
            while (key, what, number) in found:
                number += 1
            found[key, what, number] = Rule(body, pointer("spec", key, index), taken(route, matches))
    return found


def taken(route: Manifest, matches: Any) -> str:  # noqa: ANN401 - whatever stands there
    """What a rule takes."""
    hosts = words_at(route.body, "spec", "hosts") or words_at(route.body, "spec", "hostnames")
    host = hosts[0] if len(hosts) == 1 else ""
    paths, more = [], False
    for match in matches if isinstance(matches, list) else ():
        path = value_at(match, "uri") or value_at(match, "path") or {}
        found = [text_at(path, key) for key in ("exact", "prefix", "regex", "value") if text_at(path, key)]
        paths += found
        more |= isinstance(match, dict) and bool(match.keys() - {"uri", "path", "name"})
    where = f"{host}{paths[0]}" if len(paths) == 1 else host
    what = f"requests for {where}" if where else "its requests"
    return f"{what} (as far as headers or the like match)" if more else what


def effects(comparison: Comparison) -> Iterator[Effect]:
    """Every rule whose requests go elsewhere, and every rule that is new or gone."""
    for pair in comparison.changed:
        if kind_of(pair.after) in (VIRTUAL_SERVICE, *ROUTE_KINDS):
            before, after = rules_of(pair.before), rules_of(pair.after)
            for key in sorted(before.keys() & after.keys()):
                yield from of_rule(comparison, pair, before[key], after[key])
            yield from new_and_gone(comparison, pair, before.keys() - after.keys(), after.keys() - before.keys())
    for world, route in inner_routes(comparison):
        doubt = fates(comparison).of(route).doubt if world is comparison.base else ""
        yield from of_inner_route(world, route, is_new=world is comparison.head, doubt=doubt)


def inner_routes(comparison: Comparison) -> Iterator[tuple[World, Manifest]]:
    """VirtualServices for callers in the mesh that are new or gone; those for the outside world are told as hosts."""
    yield from ((comparison.head, one) for one in comparison.added if is_inner(one))
    for gone in comparison.removed:
        if is_inner(gone) and fates(comparison).of(gone).is_deleted:
            yield comparison.base, gone


def is_inner(route: Manifest) -> bool:
    """Whether a route is for callers in the mesh."""
    return kind_of(route) == VIRTUAL_SERVICE and "mesh" in (words_at(route.body, "spec", "gateways") or ("mesh",))


def of_inner_route(world: World, route: Manifest, *, is_new: bool, doubt: str) -> Iterator[Effect]:
    """What a route makes of calls that went to any pod of a Service, or does so again."""
    for rule in rules_of(route).values():
        found = shares(rule, route.ref.namespace)
        if not found:
            continue
        parts = [(percent(share), f"to {one}") for one, share in found.items()]
        (first, where), *rest = parts
        more = "".join(f", {share} {to}" for share, to in rest)
        says = f"sends {first} of {rule.says} {where}{more}; without it they went where their name leads"
        if not is_new:
            says = f"does not send {first} of {rule.says} {where}{more} any more: they go where their name leads"
        yield effect(
            world,
            route,
            "route-added" if is_new else "route-removed",
            topic=Topic.TRAFFIC,
            weight=Weight.ATTENTION,
            says=says,
            pointer=rule.pointer,
            doubt=doubt,
        )


def of_rule(comparison: Comparison, pair: Pair, was: Rule, now: Rule) -> Iterator[Effect]:
    """One rule."""
    namespace = pair.after.ref.namespace
    before, after = shares(was, namespace), shares(now, namespace)
    if before == after:
        yield from of_port(comparison, pair, was, now)
        return
    if after and not sum(after.values()):
        if kind_of(pair.after) != VIRTUAL_SERVICE:  # which Istio refuses: the check says so
            says = f"answers {now.says} with an error: all weights are 0"
            yield told(comparison, pair, now, "share-of-nothing", says, weight=Weight.DANGER)
        return
    known = dict.fromkeys([*after, *before])
    names = [one for one in known if after.get(one, 0) != before.get(one, 0)]
    parts = [f"to {one} (before: {percent(before.get(one, Fraction()))})" for one in names]
    said = [f"{percent(after.get(one, Fraction()))}" for one in names]
    if parts:
        first, *rest = [f"{share} {part}" for share, part in zip(said, parts, strict=True)]
        first = f"{said[0]} of {now.says} {parts[0]}"
        yield told(comparison, pair, now, "share-changes", f"sends {', '.join([first, *rest])}")


def of_port(comparison: Comparison, pair: Pair, was: Rule, now: Rule) -> Iterator[Effect]:
    """The same destinations, on other ports."""
    namespace = pair.after.ref.namespace
    before, after = (
        {of_destination(one, namespace): port_of(one) for one in rule.destinations()} for rule in (was, now)
    )
    parts = [f"port {went(before[one], port)} of {one}" for one, port in after.items() if before.get(one) != port]
    if parts:
        yield told(comparison, pair, now, "route-leads-elsewhere", f"sends {now.says} to {listed(parts)}")


def port_of(item: dict[str, Any]) -> str:
    """The port of a destination; "" where it names none."""
    number = whole_at(item, "port") or whole_at(item, "destination", "port", "number")
    return str(number) if number else ""


def shares(rule: Rule, namespace: str) -> dict[str, Fraction]:
    """Destination to its share of the requests; all 0 where no weight is more."""
    found: dict[str, Fraction] = {}
    items = rule.destinations()
    default = 1 if "backendRefs" in rule.body or len(items) == 1 else 0
    weights = [one if (one := whole_at(item, "weight")) is not None else default for item in items]
    if len(items) == 1 and "route" in rule.body:
        weights = [1]  # Istio sends all to the only one, whatever its weight
    total = sum(weights)
    for item, weight in zip(items, weights, strict=True):
        name = of_destination(item, namespace)
        found[name] = found.get(name, Fraction()) + (Fraction(weight, total) if total else Fraction())
    return found


def percent(share: Fraction) -> str:
    """`10%`, `33.3%`."""
    value = share * 100
    return f"{value.numerator}%" if value.denominator == 1 else f"{float(value):.1f}%"


def new_and_gone(
    comparison: Comparison, pair: Pair, gone: set[tuple[str, str, int]], new: set[tuple[str, str, int]]
) -> Iterator[Effect]:
    """Rules that take what others took, or nobody."""
    before, after = rules_of(pair.before), rules_of(pair.after)
    for key in sorted(new):
        to = [of_destination(one, pair.after.ref.namespace) for one in after[key].destinations()]
        where = f" to {listed(to)}" if to else " as the rule says"
        yield told(
            comparison, pair, after[key], "route-added", f"sends {after[key].says}{where}, by a rule that is new"
        )
    for key in sorted(gone):
        says = f"has no rule for {before[key].says} any more: the next rule that fits takes it, or it is answered 404"
        yield told(comparison, pair, before[key], "route-removed", says)


def told(
    comparison: Comparison, pair: Pair, rule: Rule, code: str, says: str, *, weight: Weight = Weight.ATTENTION
) -> Effect:
    """An effect on a route."""
    return effect(
        comparison.head, pair.after, code, topic=Topic.TRAFFIC, weight=weight, says=says, pointer=rule.pointer
    )
