"""PodDisruptionBudgets and the pods that they guard."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from bayplan.validation import selectors
from bayplan.validation.kinds import kind_of
from bayplan.validation.once import once
from bayplan.validation.pods import SCALED_KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.pods import Pod
    from bayplan.validation.world import World

BUDGET = "PodDisruptionBudget.policy"
WITHOUT_SCALE = frozenset(
    {"CronJob.batch", "DaemonSet.apps", "Job.batch", "JobSet.jobset.x-k8s.io", "Pod", "ScaledJob.keda.sh"}
)
"""Kinds whose pods belong to nobody who could say how many there should be."""


def guarded(budget: Manifest, world: World) -> tuple[Pod, ...]:
    """The pods that a budget selects: none without a selector, all of the namespace with an empty one."""
    selector = selectors.read(budget.body, "spec", "selector")
    return world.pods.selected(budget.ref.namespace, selector) if selector is not None else ()


@once
def guards(world: World) -> Mapping[int, list[Manifest]]:
    """The budgets of every pod, in the order of the tree, by the identity of the pod."""
    found: dict[int, list[Manifest]] = defaultdict(list)
    for budget in world.by_kind.get(BUDGET, ()):
        for pod in guarded(budget, world):
            found[id(pod)].append(budget)
    return found


def fewest(pod: Pod, world: World) -> int | None:
    """The fewest of such pods while they run at all; None where that cannot be told."""
    kind = kind_of(pod.owner)
    if kind in SCALED_KINDS:
        return world.scaling.fewest(pod.owner)
    if kind in WITHOUT_SCALE and kind != "Pod":
        return None  # pods of Jobs come and go, those of DaemonSets are left alone by a drain
    scaled = world.scaling.of(pod.owner.ref)
    return max(1, min(one.lowest for one in scaled)) if scaled else pod.count.least or None
