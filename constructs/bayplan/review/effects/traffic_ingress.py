"""Paths of Ingresses: which Service answers to them, and which controller serves them at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.review.effects.effect import effect
from bayplan.review.effects.traffic_words import went
from bayplan.review.review import Effect, Topic, Weight
from bayplan.validation.backends import INGRESS, of_ingress
from bayplan.validation.fields import annotation, mapping_at, mappings_at, text_at
from bayplan.validation.kinds import kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.review.comparison import Comparison, Pair

OLD_CLASS = "kubernetes.io/ingress.class"
REST = "what no path takes"


def effects(comparison: Comparison) -> Iterator[Effect]:
    """Every Ingress whose paths lead elsewhere."""
    for pair in comparison.changed:
        if kind_of(pair.after) == INGRESS:
            yield from of_paths(comparison, pair)
            yield from of_class(comparison, pair)


def of_paths(comparison: Comparison, pair: Pair) -> Iterator[Effect]:
    """Paths of one Ingress; names that are new or gone are told as such."""
    before, after = paths_of(pair.before), paths_of(pair.after)
    hosts = [{host for host, _ in side} for side in (before, after)]
    for key in sorted(before.keys() | after.keys()):
        old, new = before.get(key, ("", "")), after.get(key, ("", ""))
        if old[0] == new[0] or (key[0] not in hosts[0] & hosts[1]):
            continue
        what = f"{key[0]}{key[1]}" if key[1] else key[0]
        says, code = f"sends {what} to {went(old[0], new[0])}", "route-leads-elsewhere"
        if not old[0]:
            says, code = f"sends {what} to {new[0]}, by a path that is new", "route-added"
        elif not new[0]:
            says, code = f"has no path {what} any more: another one takes it, or it is answered 404", "route-removed"
        yield told(comparison, pair, code, says, new[1] or "/spec/rules")


def paths_of(ingress: Manifest) -> dict[tuple[str, str], tuple[str, str]]:
    """Host and path to the backend and where it stands."""
    found = {}
    for index, rule in mappings_at(ingress.body, "spec", "rules"):
        for number, path in mappings_at(rule, "http", "paths"):
            at = f"/spec/rules/{index}/http/paths/{number}/backend"
            for one in of_ingress(mapping_at(path, "backend"), at, ingress):
                key = (text_at(rule, "host") or "any name", text_at(path, "path") or "/")
                found[key] = (f"{one} on {one.port}" if one.port else str(one), at)
    at = "/spec/defaultBackend"
    for one in of_ingress(mapping_at(ingress.body, "spec", "defaultBackend"), at, ingress):
        found[REST, ""] = (f"{one} on {one.port}" if one.port else str(one), at)
    return found


def of_class(comparison: Comparison, pair: Pair) -> Iterator[Effect]:
    """Another controller serves it, or none."""
    old, new = (
        text_at(one.body, "spec", "ingressClassName") or annotation(one.body, OLD_CLASS)
        for one in (pair.before, pair.after)
    )
    if old != new:
        says = f"is served by controllers of class {went(old, new, 'the default')}; its address may be another"
        yield told(comparison, pair, "route-changes", says, "/spec/ingressClassName")


def told(comparison: Comparison, pair: Pair, code: str, says: str, at: str) -> Effect:
    """An effect on an Ingress."""
    return effect(
        comparison.head, pair.after, code, topic=Topic.TRAFFIC, weight=Weight.ATTENTION, says=says, pointer=at
    )
