"""ResourceQuotas: which pods and objects they count, and what these use up.

Source: <https://kubernetes.io/docs/concepts/policy/resource-quotas/>
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from bayplan.validation.budgets import WITHOUT_SCALE
from bayplan.validation.consumption import consumption
from bayplan.validation.fields import mapping_at, mappings_at, text_at, value_at, words_at
from bayplan.validation.kinds import kind_of
from bayplan.validation.once import once
from bayplan.validation.selectors import Requirement

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.amounts import Amounts
    from bayplan.validation.pods import Pod
    from bayplan.validation.world import World

QUOTA = "ResourceQuota"
KNOWN_SCOPES = frozenset({"BestEffort", "NotBestEffort", "NotTerminating", "PriorityClass", "Terminating"})
COUNTED_ONCE = ("cpu", "memory", "ephemeral-storage")
"""Resources that a quota may name without saying that it means requests."""


class Usage(NamedTuple):
    """Pods of one template with what each of them uses up, by the words of quotas."""

    pod: Pod
    each: Amounts
    least: int
    most: int


@once
def quotas_by_namespace(world: World) -> Mapping[str, tuple[Manifest, ...]]:
    """The quotas of each namespace."""
    found: dict[str, list[Manifest]] = defaultdict(list)
    for manifest in world.by_kind.get(QUOTA, ()):
        found[manifest.ref.namespace].append(manifest)
    return {namespace: tuple(same) for namespace, same in found.items()}


def usages(quota: Manifest, world: World) -> list[Usage] | None:
    """The pods that a quota counts; None where it cannot be told which those are."""
    scopes = [str(value_at(quota.body, "spec", key)) for key in ("scopes", "scopeSelector")]
    known, key = counted(world), (quota.ref.namespace, *scopes)
    if key not in known:
        known[key] = _usages(quota, world)
    return known[key]


@once
def counted(_: World) -> dict[tuple[str, ...], list[Usage] | None]:
    """What is counted in a namespace, by scopes: several rules ask of each quota."""
    return {}


def _usages(quota: Manifest, world: World) -> list[Usage] | None:
    found = []
    for pod in world.pods.in_namespace(quota.ref.namespace):
        within = counts(quota, pod, world)
        if within is None:
            return None
        if within:
            found.append(Usage(pod, in_words_of_quotas(pod, world), *numbers(pod, world)))
    return found


def in_words_of_quotas(pod: Pod, world: World) -> Amounts:
    """What one pod uses up, under the names that quotas have for it."""
    used = consumption(pod, world)
    words = {f"requests.{name}": amount for name, amount in used.requests.items()}
    words |= {f"limits.{name}": amount for name, amount in used.limits.items()}
    words |= {name: amount for name, amount in used.requests.items() if name in COUNTED_ONCE}
    return words | {"pods": 1000, "count/pods": 1000}


def numbers(pod: Pod, world: World) -> tuple[int, int]:
    """How many there are at the least and at the most; pods that come and go, or run on every node, are not counted."""
    scaled = world.scaling.of(pod.owner.ref)
    if scaled:
        return min(one.lowest for one in scaled), max(one.highest for one in scaled)
    if kind_of(pod.owner) in WITHOUT_SCALE and kind_of(pod.owner) != "Pod":
        return 0, 0
    least = pod.count.least or 0
    return least, max(least, pod.count.most or 0)


def counts(quota: Manifest, pod: Pod, world: World) -> bool | None:
    """Whether a quota counts a pod; None for scopes that are not known here."""
    scopes = [Requirement(key=name, operator="Exists") for name in words_at(quota.body, "spec", "scopes")]
    scopes += [
        Requirement(key=text_at(item, "scopeName"), operator=text_at(item, "operator"), values=words_at(item, "values"))
        for _, item in mappings_at(quota.body, "spec", "scopeSelector", "matchExpressions")
    ]
    if any(scope.key not in KNOWN_SCOPES for scope in scopes):
        return None
    return all(is_in_scope(pod, scope, world) for scope in scopes)


def is_in_scope(pod: Pod, scope: Requirement, world: World) -> bool:
    """Whether a pod is in one scope."""
    if scope.key == "PriorityClass":
        name = text_at(pod.spec, "priorityClassName")
        return scope.admits({scope.key: name} if name else {})
    if scope.key in ("Terminating", "NotTerminating"):
        return (value_at(pod.spec, "activeDeadlineSeconds") is not None) == (scope.key == "Terminating")
    used = consumption(pod, world)
    is_best_effort = not any(used.requests.get(name) or used.limits.get(name) for name in ("cpu", "memory"))
    return is_best_effort == (scope.key == "BestEffort")


def hard(quota: Manifest) -> dict[str, object]:
    """What a quota allows, by the names that it uses."""
    return mapping_at(quota.body, "spec", "hard")
