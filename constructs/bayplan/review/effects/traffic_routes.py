"""What routes, gateways and rules of destinations do otherwise, beyond where they send what: times, retries, copies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bayplan.manifests.pointer import pointer
from bayplan.review.effects.effect import effect
from bayplan.review.effects.traffic_shares import Rule, rules_of
from bayplan.review.effects.traffic_targets import destination
from bayplan.review.effects.traffic_words import shown, went
from bayplan.review.review import Effect, Topic, Weight
from bayplan.validation.backends import ROUTE_KINDS
from bayplan.validation.fields import mapping_at, mappings_at, text_at, texts_at, value_at
from bayplan.validation.gateways import GATEWAY as API_GATEWAY
from bayplan.validation.kinds import kind_of
from bayplan.validation.likeness import settled
from bayplan.validation.mesh.kinds import DESTINATION_RULE, GATEWAY, VIRTUAL_SERVICE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.review.comparison import Comparison, Pair

ROUTES = (VIRTUAL_SERVICE, *ROUTE_KINDS)
SAID_ELSEWHERE = frozenset({"match", "matches", "route", "backendRefs", "name"})
WORDS = {
    "corsPolicy": "pages of other sites may call it as",
    "directResponse": "answers by itself with",
    "fault": "makes failures on purpose:",
    "filters": "changes requests on the way by",
    "mirror": "sends a copy of all to",
    "mirrors": "sends copies to",
    "redirect": "sends callers away to",
    "retries": "tries again as",
    "retry": "tries again as",
    "rewrite": "rewrites as",
    "timeout": "gives up after",
    "timeouts": "gives up after",
}
"""Key of a rule to what it does."""
QUIET = frozenset({"corsPolicy", "headers", "retries", "retry", "rewrite", "timeout", "timeouts"})
"""Keys that nobody notices as long as all is well."""


def effects(comparison: Comparison) -> Iterator[Effect]:
    """Every route, gateway and DestinationRule that does something otherwise."""
    for pair in comparison.changed:
        match kind_of(pair.after):
            case kind if kind in ROUTES:
                yield from of_rules(comparison, pair)
                yield from of_spec(comparison, pair, ("gateways", "parentRefs", "exportTo"))
            case kind if kind == DESTINATION_RULE:
                yield from of_subsets(comparison, pair)
                yield from of_spec(comparison, pair, ("trafficPolicy", "exportTo", "workloadSelector"))
            case kind if kind in (GATEWAY, API_GATEWAY):
                yield from of_doors(comparison, pair)


def of_rules(comparison: Comparison, pair: Pair) -> Iterator[Effect]:
    """What a rule does with what it takes."""
    before, after = rules_of(pair.before), rules_of(pair.after)
    for key in sorted(before.keys() & after.keys()):
        was, now = before[key].body, after[key].body
        for part in sorted((was.keys() | now.keys()) - SAID_ELSEWHERE):
            if settled(was.get(part)) != settled(now.get(part)):
                yield of_part(comparison, pair, after[key], part, (was.get(part), now.get(part)))


def of_part(comparison: Comparison, pair: Pair, rule: Rule, part: str, values: tuple[Any, Any]) -> Effect:
    """One part of a rule."""
    does = WORDS.get(part, f"has {part}")
    old, new = (in_words(value, pair.after.ref.namespace) for value in values)
    return effect(
        comparison.head,
        pair.after,
        "route-changes",
        topic=Topic.TRAFFIC,
        weight=Weight.NOTE if part in QUIET else Weight.ATTENTION,
        says=f"{rule.says}: {does} {went(old, new)}",
        pointer=f"{rule.pointer}/{part}" if values[1] is not None else rule.pointer,
    )


def in_words(value: Any, namespace: str) -> str:  # noqa: ANN401 - any part of a rule
    """A destination by its name, a text as it is, all else as JSON."""
    if isinstance(value, dict) and "host" in value and value.keys() <= {"host", "subset", "port"}:
        return destination(text_at(value, "host"), text_at(value, "subset"), namespace)
    return value if isinstance(value, str) else shown(value)


def of_spec(comparison: Comparison, pair: Pair, keys: tuple[str, ...]) -> Iterator[Effect]:
    """What holds for all rules."""
    words = {
        "exportTo": "is seen by",
        "gateways": "is bound to",
        "parentRefs": "is bound to",
        "trafficPolicy": "handles connections as",
        "workloadSelector": "is for callers with",
    }
    for key in keys:
        old, new = (value_at(one.body, "spec", key) for one in (pair.before, pair.after))
        if settled(old) != settled(new):
            yield effect(
                comparison.head,
                pair.after,
                "route-changes",
                topic=Topic.TRAFFIC,
                weight=Weight.ATTENTION,
                says=f"{words[key]} {went(shown(old), shown(new))}",
                pointer=pointer("spec", key),
            )


def of_subsets(comparison: Comparison, pair: Pair) -> Iterator[Effect]:
    """Which pods a subset means."""
    before = {text_at(one, "name"): one for _, one in mappings_at(pair.before.body, "spec", "subsets")}
    for index, now in mappings_at(pair.after.body, "spec", "subsets"):
        was = before.get(text_at(now, "name"))
        if was is None:
            continue
        old, new = (", ".join(f"{k}={v}" for k, v in sorted(texts_at(one, "labels").items())) for one in (was, now))
        says = f"means by {text_at(now, 'name')} pods with {went(old, new)}" if old != new else ""
        policies = [mapping_at(one, "trafficPolicy") for one in (was, now)]
        if not says and settled(policies[0]) != settled(policies[1]):
            says = f"handles connections to {text_at(now, 'name')} as {went(shown(policies[0]), shown(policies[1]))}"
        if says:
            yield effect(
                comparison.head,
                pair.after,
                "subset-changes",
                topic=Topic.TRAFFIC,
                weight=Weight.ATTENTION,
                says=says,
                pointer=pointer("spec", "subsets", index),
            )


def of_doors(comparison: Comparison, pair: Pair) -> Iterator[Effect]:
    """Ports, protocols and certificates of a gateway; its names are told as hosts."""
    key = "servers" if kind_of(pair.after) == GATEWAY else "listeners"
    before, after = (
        {door_key(one): (index, one) for index, one in mappings_at(side.body, "spec", key)}
        for side in (pair.before, pair.after)
    )
    for name in sorted(before.keys() & after.keys()):
        (_, was), (index, now) = before[name], after[name]
        parts = [
            part
            for part in ("port", "protocol", "tls", "allowedRoutes")
            if settled(was.get(part)) != settled(now.get(part))
        ]
        for part in parts:
            yield effect(
                comparison.head,
                pair.after,
                "gateway-changes",
                topic=Topic.TRAFFIC,
                weight=Weight.ATTENTION,
                says=f"has {part} of {name} as {went(shown(was.get(part)), shown(now.get(part)))}",
                pointer=pointer("spec", key, index),
            )
    for name in sorted(before.keys() - after.keys()):
        yield effect(
            comparison.head, pair.after, "gateway-changes", topic=Topic.TRAFFIC, weight=Weight.ATTENTION,
            says=f"does not listen on {name} any more", pointer=f"/spec/{key}",
        )  # fmt: skip


def door_key(door: dict[str, Any]) -> str:
    """What a server or listener is called: its name, or its port."""
    port = door.get("port")
    if isinstance(port, dict):
        return text_at(port, "name") or f"port {port.get('number')}"
    return text_at(door, "name") or f"port {port}"
