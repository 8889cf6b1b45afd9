"""Who allows what: budgets that hold pods on their nodes, quotas and ranges below what runs.

What runs stays: the API server asks a quota and a LimitRange when a pod is made, and a budget when one is evicted. What
is rolled, drained or restarted afterwards waits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.review.effects.effect import effect
from bayplan.review.review import Effect, Topic, Weight
from bayplan.validation.amounts import amount
from bayplan.validation.budgets import BUDGET, guards
from bayplan.validation.changes import is_left_alone
from bayplan.validation.fields import mapping_at
from bayplan.validation.finding import Status
from bayplan.validation.kinds import kind_of
from bayplan.validation.rules.capacity.quota_is_too_small import quota_is_too_small
from bayplan.validation.rules.disruption.budget_blocks_every_drain import budget_blocks_every_drain
from bayplan.validation.scaling import AUTOSCALER_KINDS, autoscaler_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.review.comparison import Comparison, Pair
    from bayplan.validation.rule import Hit
    from bayplan.validation.world import World

QUOTA, RANGE = "ResourceQuota", "LimitRange"


def effects(comparison: Comparison) -> Iterator[Effect]:
    """Every budget, quota and range that allows less than before."""
    for manifest in comparison.added:
        yield from of_budget(comparison, None, manifest)
        yield from of_quota(comparison, None, manifest)
    for before, budget in with_fewer_pods(comparison):
        yield from of_budget(comparison, before, budget)
    for pair in comparison.changed:
        if is_left_alone(pair.after):
            continue
        yield from of_budget(comparison, pair.before, pair.after)
        yield from of_quota(comparison, pair.before, pair.after)
        if kind_of(pair.after) == RANGE:
            yield of_range(comparison, pair)


def with_fewer_pods(comparison: Comparison) -> Iterator[tuple[Manifest, Manifest]]:
    """Budgets that stay as they are, of workloads that may have fewer pods from now on."""
    world = comparison.head
    otherwise = {id(pair.after) for pair in comparison.changed}
    found: dict[int, tuple[Manifest, Manifest]] = {}
    for pair in comparison.changed:
        target = autoscaler_of(pair.after).target if kind_of(pair.after) in AUTOSCALER_KINDS else pair.after.ref
        for workload in world.inventory.by_ref.get(target, ()):
            for pod in world.pods.made_by(workload):
                for budget in guards(world).get(id(pod), ()):
                    before = comparison.before(budget)
                    if before is not None and id(budget) not in otherwise:
                        found[id(budget)] = (before, budget)
    yield from found.values()


def of_budget(comparison: Comparison, before: Manifest | None, budget: Manifest) -> Iterator[Effect]:
    """A budget that lets no pod go any more."""
    if kind_of(budget) != BUDGET:
        return
    for hit in new_hits(comparison, before, budget, BUDGET):
        yield effect(
            comparison.head,
            budget,
            "evictions-forbidden",
            topic=Topic.OWNERSHIP,
            weight=Weight.ATTENTION,
            says=f"lets no pod be evicted: {hit.message}. Drains of nodes and upgrades of the cluster wait",
            pointer=hit.pointer,
            fix="Use maxUnavailable: 1, or run one replica more than must stay",
        )


def of_quota(comparison: Comparison, before: Manifest | None, quota: Manifest) -> Iterator[Effect]:
    """A quota below what runs, or below what it was."""
    if kind_of(quota) != QUOTA:
        return
    hits = new_hits(comparison, before, quota, QUOTA)
    for hit in hits[:1]:
        yield effect(
            comparison.head,
            quota,
            "quota-below-use",
            topic=Topic.OWNERSHIP,
            weight=Weight.ATTENTION,
            says=f"{hit.message}. What runs stays; new pods are refused, so that rollouts and restarts stall",
            pointer=hit.pointer,
            why="" if before is None else "the quota is lowered",
            fix="Leave room for what runs and for one rollout",
        )
    if before is not None and not hits and (lower := lowered(before, quota)):
        yield effect(
            comparison.head,
            quota,
            "quota-lowered",
            topic=Topic.OWNERSHIP,
            weight=Weight.NOTE,
            says=f"allows less {', '.join(lower)} in {quota.ref.namespace}; what the tree asks for still fits",
            pointer="/spec/hard",
        )


def of_range(comparison: Comparison, pair: Pair) -> Effect:
    """Other limits or defaults for what is made from now on."""
    return effect(
        comparison.head,
        pair.after,
        "limit-range-changes",
        topic=Topic.OWNERSHIP,
        weight=Weight.NOTE,
        says="holds for pods that are made from now on; those that run keep what they have until they are made anew",
        pointer=pair.parts[0].pointer,
        why=", ".join(f"{one.path} {one.before or 'none'} → {one.after or 'none'}" for one in pair.parts[:3]),
    )


def new_hits(comparison: Comparison, before: Manifest | None, now: Manifest, kind: str) -> list[Hit]:
    """What a rule says of an object that it did not say before."""
    had = set() if before is None else {hit.pointer for hit in hits(before, comparison.base, kind)}
    return [hit for hit in hits(now, comparison.head, kind) if hit.pointer not in had]


def hits(manifest: Manifest, world: World, kind: str) -> list[Hit]:
    """What a rule is sure of."""
    found = (budget_blocks_every_drain if kind == BUDGET else quota_is_too_small).judge(manifest, world)
    return [hit for hit in found if hit.status is Status.BROKEN]


def lowered(before: Manifest, now: Manifest) -> list[str]:
    """What a quota allows less of."""
    was, hard = (mapping_at(one.body, "spec", "hard") for one in (before, now))
    pairs = ((str(name), amount(was.get(name)), amount(value)) for name, value in hard.items())
    return [name for name, old, new in pairs if new is not None and (old is None or new < old)]
