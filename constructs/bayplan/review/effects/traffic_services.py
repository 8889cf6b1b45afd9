"""Services: which pods their names lead to, on which ports, and whether the outside world reaches them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.review.effects.effect import effect
from bayplan.review.effects.pruning_fate import fates
from bayplan.review.effects.traffic_exposure import exposed
from bayplan.review.effects.traffic_ports import of_ports
from bayplan.review.effects.traffic_words import listed, went
from bayplan.review.review import Effect, Topic, Weight
from bayplan.validation import selectors
from bayplan.validation.fields import text_at, texts_at
from bayplan.validation.kinds import kind_of
from bayplan.validation.reachability.addresses import addresses_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.review.comparison import Comparison, Pair
    from bayplan.validation.pod import Pod
    from bayplan.validation.world import World

SERVICE = "Service"


def effects(comparison: Comparison) -> Iterator[Effect]:
    """What becomes of every Service whose pods, ports or way in are others, and of who names one that is gone."""
    for was, now in touched(comparison).values():
        yield from of_selection(comparison, was, now)
    for pair in comparison.changed:
        if kind_of(pair.after) == SERVICE:
            yield from of_ports(comparison, pair)
            yield from exposed(comparison, pair.before, pair.after)
            yield from renamed(comparison, pair)
    for added in comparison.added:
        if kind_of(added) == SERVICE:
            yield from exposed(comparison, None, added)
    yield from called_in_vain(comparison)


def renamed(comparison: Comparison, pair: Pair) -> Iterator[Effect]:
    """A Service that is a name for another name."""
    old, new = (text_at(one.body, "spec", "externalName") for one in (pair.before, pair.after))
    if new and old != new:
        yield effect(
            comparison.head,
            pair.after,
            "service-leads-elsewhere",
            topic=Topic.TRAFFIC,
            weight=Weight.ATTENTION,
            says=f"leads to {went(old, new, 'pods')}, outside of the cluster",
            pointer="/spec/externalName",
        )


def touched(comparison: Comparison) -> dict[int, tuple[Manifest, Manifest]]:
    """Services of both revisions that may lead to other pods: their own words or the labels of pods have changed."""
    found = {id(one.after): (one.before, one.after) for one in comparison.changed if kind_of(one.after) == SERVICE}
    for pair in comparison.changed:
        before, after = ([*pods_of(world, one)] for world, one in sides(comparison, pair.before, pair.after))
        if before and [pod.labels for pod in before] != [pod.labels for pod in after]:
            found |= of_pods(comparison, pair.before, pair.after)
    for gone in comparison.removed:
        found |= of_pods(comparison, gone, None)
    for new in comparison.added:
        found |= of_pods(comparison, None, new)
    return found


def sides(
    comparison: Comparison, before: Manifest | None, after: Manifest | None
) -> Iterator[tuple[World, Manifest | None]]:
    """An object with its world, at both revisions."""
    yield comparison.base, before
    yield comparison.head, after


def pods_of(world: World, owner: Manifest | None) -> tuple[Pod, ...]:
    """The pods that an object makes."""
    return world.pods.made_by(owner) if owner is not None else ()


def of_pods(
    comparison: Comparison, before: Manifest | None, after: Manifest | None
) -> dict[int, tuple[Manifest, Manifest]]:
    """The Services of both revisions that select the pods of an object at either."""
    found = {}
    for world, owner in sides(comparison, before, after):
        for pod in pods_of(world, owner):
            for service in world.mesh.services_of(pod):
                now = service if world is comparison.head else None
                was = comparison.before(service) if now else service
                if now is None:
                    same = comparison.head.inventory.by_ref.get(service.ref, ())
                    now = same[0] if len(same) == 1 else None
                if was is not None and now is not None:
                    found[id(now)] = (was, now)
    return found


def owners_behind(world: World, service: Manifest) -> dict[str, Manifest]:
    """Who makes the pods that a Service leads to, in words."""
    labels = texts_at(service.body, "spec", "selector")
    if not labels or text_at(service.body, "spec", "type") == "ExternalName":
        return {}
    pods = world.pods.selected(service.ref.namespace, selectors.of_labels(labels))
    return {str(pod.owner.ref): pod.owner for pod in pods}


def still_there(comparison: Comparison, before: dict[str, Manifest], labels: dict[str, str]) -> dict[str, Manifest]:
    """Of those before, who is not in the tree any more, stays in the cluster, and carries the labels that are asked."""
    return {
        words: owner
        for words, owner in before.items()
        if owner.ref not in comparison.head.inventory.by_ref
        and not fates(comparison).of(owner).is_deleted
        and any(labels.items() <= pod.labels.items() for pod in comparison.base.pods.made_by(owner))
    }


def of_selection(comparison: Comparison, was: Manifest, now: Manifest) -> Iterator[Effect]:
    """Other pods than before, or none."""
    labels = texts_at(now.body, "spec", "selector")
    behind, now_behind = owners_behind(comparison.base, was), owners_behind(comparison.head, now)
    before, after = [*behind], [*now_behind, *(still_there(comparison, behind, labels) if labels else ())]
    if set(before) == set(after):
        return
    why = f"it selects {selectors.of_labels(labels)}" if labels else "it selects nothing"
    old = texts_at(was.body, "spec", "selector")
    why += f" (before: {selectors.of_labels(old)})" if old != labels else ", and the labels of the pods are others"
    if not after:
        hides = comparison.head.pods.selected_when_running(now.ref.namespace, labels) if labels else False
        lack = comparison.head.doubt("Pod", now.ref.namespace)
        yield effect(
            comparison.head,
            now,
            "service-leads-nowhere",
            topic=Topic.TRAFFIC,
            weight=Weight.DANGER,
            says=f"leads to no pods any more (before: {listed(before)}); whoever calls it gets no answer",
            pointer="/spec/selector",
            why=why,
            fix="Let the selector name labels that the pods carry",
            doubt=doubtful(comparison, behind)
            or lack.doubt.removeprefix(", but ").removeprefix("; ")
            or ("a controller may add them" if hides else ""),
        )
        return
    came, went = [one for one in after if one not in before], [one for one in before if one not in after]
    says = f"leads to {listed(after)} (before: {listed(before) or 'nothing'})"
    yield effect(
        comparison.head,
        now,
        "service-leads-elsewhere",
        topic=Topic.TRAFFIC,
        weight=Weight.ATTENTION if went or not before or came else Weight.NOTE,
        says=says,
        pointer="/spec/selector",
        why=why if old != labels or went else "pods with these labels are new",
    )


def doubtful(comparison: Comparison, behind: dict[str, Manifest]) -> str:
    """Why pods that are not in the tree any more may still be there."""
    gone = [one for one in behind.values() if one.ref not in comparison.head.inventory.by_ref]
    return next((doubt for one in gone if (doubt := fates(comparison).of(one).doubt)), "")


def called_in_vain(comparison: Comparison) -> Iterator[Effect]:
    """Services that are gone, and that pods of the tree still name."""
    lost = [one for one in comparison.removed if kind_of(one) == SERVICE and fates(comparison).of(one).is_deleted]
    gone = {one.ref: one for one in lost}
    if not gone:
        return
    callers: dict[object, list[str]] = {}
    for owner in comparison.head.inventory.manifests:
        for pod in comparison.head.pods.made_by(owner):
            for address in addresses_in(pod, comparison.base):
                if address.service.ref in gone:
                    words = f"{owner.ref} ({address.where} is {address.host}:{address.port})"
                    callers.setdefault(address.service.ref, []).append(words)
    for ref, service in gone.items():
        if ref in callers:
            yield effect(
                comparison.base,
                service,
                "callers-are-left",
                topic=Topic.TRAFFIC,
                weight=Weight.DANGER,
                says=f"is still called by {listed(list(dict.fromkeys(callers[ref])))}, and answers no more",
                why="the Service is not in the tree any more",
                fix="Change the callers first, or let the Service stay",
                doubt=fates(comparison).of(service).doubt,
            )
