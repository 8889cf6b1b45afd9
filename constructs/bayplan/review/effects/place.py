"""Where pods run: which nodes they ask for, how much of them, and who goes before whom.

What becomes of the plan of a cluster is told apart; this is what the objects themselves say, in any tree.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.review.effects.effect import effect
from bayplan.review.effects.place_words import accelerators, asked, borne, choice, per_pod
from bayplan.review.effects.rollout_change import counted, number
from bayplan.review.review import Effect, Topic, Weight
from bayplan.validation.amounts import requests_of
from bayplan.validation.changes import is_left_alone
from bayplan.validation.fields import text_at, value_at, whole_at
from bayplan.validation.nodes import refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.review.comparison import Comparison, Pair
    from bayplan.validation.pods import Pod
    from bayplan.validation.world import World

NEIGHBOURS = ("topologySpreadConstraints", "affinity")
PROGRAMS = ("runtimeClassName", "schedulerName")
CLASS = "PriorityClass.scheduling.k8s.io"


def effects(comparison: Comparison) -> Iterator[Effect]:
    """Every workload whose pods are placed otherwise."""
    for pair in comparison.changed:
        if is_left_alone(pair.after):
            continue
        was = {pod.role: pod for pod in comparison.base.pods.made_by(pair.before)}
        for pod in comparison.head.pods.made_by(pair.after):
            before = was.get(pod.role)
            if before is not None and before.spec != pod.spec:
                yield from of_pods(comparison, pair, before, pod)


def of_pods(comparison: Comparison, pair: Pair, was: Pod, now: Pod) -> Iterator[Effect]:
    """One kind of pods."""
    yield from of_nodes(comparison, pair, was, now)
    yield from of_taints(comparison, pair, was, now)
    yield from of_requests(comparison, pair, was, now)
    yield from of_neighbours(comparison, pair, was, now)
    yield from of_priority(comparison, pair, was, now)
    for key in PROGRAMS:
        old, new = (text_at(pod.spec, key) or "the default" for pod in (was, now))
        if old != new:
            says = f"runs {who(now)} under {key} {new} instead of {old}"
            yield told(comparison, pair, now, "runtime-changes", says, key=key, weight=Weight.ATTENTION)


def of_nodes(comparison: Comparison, pair: Pair, was: Pod, now: Pod) -> Iterator[Effect]:
    """Other nodes: by name of the pools where the cluster has a spec, else in the words of the pods."""
    before, after = choice(was), choice(now)
    if before == after:
        return
    pools, left = (admitting(world, pod) for world, pod in ((comparison.head, now), (comparison.base, was)))
    gone, come = before - after, after - before
    if pools != left and (pools or left):
        says = f"may run on {' and '.join(pools) or 'no pool'} from now on; {' and '.join(left) or 'no pool'} until now"
    elif gone and come:
        says = f"moves {who(now)} to nodes with {listed(come)}, away from those with {listed(gone)}"
    elif come:
        says = f"runs {who(now)} only on nodes with {listed(come)} from now on"
    else:
        says = f"may run {who(now)} on nodes without {listed(gone)}, too"
    key = "nodeSelector" if now.spec.get("nodeSelector") != was.spec.get("nodeSelector") else "affinity"
    why = f"{listed(gone) or 'nothing'} → {listed(come) or 'nothing'}"
    yield told(comparison, pair, now, "nodes-change", says, key=key, weight=Weight.ATTENTION, why=why)


def of_taints(comparison: Comparison, pair: Pair, was: Pod, now: Pod) -> Iterator[Effect]:
    """Taints that pods bear: they may run on more nodes, or on fewer."""
    old, new = borne(was), borne(now)
    for taints, word, weight in ((new - old, "may also", Weight.NOTE), (old - new, "may no longer", Weight.ATTENTION)):
        if taints:
            says = f"{word} run {who(now)} on nodes with the taint {listed(taints)}"
            yield told(comparison, pair, now, "tolerations-change", says, key="tolerations", weight=weight)


def of_requests(comparison: Comparison, pair: Pair, was: Pod, now: Pod) -> Iterator[Effect]:
    """More or less of what a node has; accelerators apart, since they cost most."""
    old, new = requests_of(was), requests_of(now)
    if old == new:
        return
    count = number(comparison.head, pair.after)
    one, other = accelerators(old), accelerators(new)
    if one != other:
        step = f"{asked(other) or 'no accelerator'} instead of {asked(one) or 'none'}"
        says = f"asks for {step} for each of {counted(count)}"
        yield told(comparison, pair, now, "accelerators-change", says, key="containers", weight=Weight.ATTENTION)
    rest = [key for key in sorted(old.keys() | new.keys()) if key not in one | other and old.get(key) != new.get(key)]
    if rest:
        says = f"asks for {per_pod(old, new, rest, count.most)}"
        yield told(comparison, pair, now, "requests-change", says, key="containers", weight=Weight.NOTE)


def of_neighbours(comparison: Comparison, pair: Pair, was: Pod, now: Pod) -> Iterator[Effect]:
    """Spread and company."""
    old, new = (
        {key: pod.spec.get(key) for key in NEIGHBOURS[:1]}
        | {key: value_at(pod.spec, "affinity", key) for key in ("podAffinity", "podAntiAffinity")}
        for pod in (was, now)
    )
    names = [key for key in old if old[key] != new[key]]
    if names:
        says = f"puts {who(now)} beside and apart from others by other rules: {', '.join(names)}"
        where = names[0] if names[0] == NEIGHBOURS[0] else "affinity"
        yield told(comparison, pair, now, "spread-changes", says, key=where, weight=Weight.NOTE)


def of_priority(comparison: Comparison, pair: Pair, was: Pod, now: Pod) -> Iterator[Effect]:
    """Who goes first where there is no room."""
    old, new = (text_at(pod.spec, "priorityClassName") for pod in (was, now))
    if old == new:
        return
    values = [priority(world, name) for world, name in ((comparison.base, old), (comparison.head, new))]
    less = values[0] is not None and values[1] is not None and values[1] < values[0]
    more = values[0] is not None and values[1] is not None and values[1] > values[0]
    then = ": they make room for others sooner" if less else ": they may push others off their nodes" if more else ""
    says = f"gives {who(now)} priority {new or 'by default'} instead of {old or 'the default'}{then}"
    yield told(comparison, pair, now, "priority-changes", says, key="priorityClassName", weight=Weight.ATTENTION)


def priority(world: World, name: str) -> int | None:
    """The value of a class; 0 for none; None where the tree does not hold it."""
    if not name:
        return 0
    found = world.by_name.get((CLASS, name), ())
    return whole_at(found[0].body, "value") if found else None


def admitting(world: World, pod: Pod) -> list[str]:
    """Pools that take such a pod, by the spec of the cluster; none without one."""
    return [name for name, node in sorted(world.nodes.items()) if refusal(pod, node) is None]


def who(pod: Pod) -> str:
    """Whose pods."""
    return f"its {pod.role} pods" if pod.role else "its pods"


def listed(words: frozenset[str]) -> str:
    """Conditions in words."""
    return ", ".join(sorted(words))


def told(
    comparison: Comparison, pair: Pair, pod: Pod, code: str, says: str, *, key: str, weight: Weight, why: str = ""
) -> Effect:
    """An effect on where pods run."""
    pointer = f"{pod.pointer}/{key}" if key in pod.spec else pod.pointer
    return effect(
        comparison.head, pair.after, code, topic=Topic.PLACE, weight=weight, says=says, pointer=pointer, why=why
    )
