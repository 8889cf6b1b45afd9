"""Updates that never end: the pod that should come first has no place, and no old one goes before it is ready.

What is looked at: nodes of the pools at their most, seats that pods keep from their like, accelerators that others hold
at the least, quotas, and volumes that only one pod or node may use.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from bayplan.review.effects.refused_waiting import sync_of
from bayplan.review.effects.rollout_change import Change, Step, several
from bayplan.review.review import Weight
from bayplan.validation import selectors
from bayplan.validation.amounts import amounts_in, requests_of
from bayplan.validation.fields import mappings_at, text_at, value_at
from bayplan.validation.likeness import settled
from bayplan.validation.nodes import refusal
from bayplan.validation.once import once
from bayplan.validation.quotas import hard, numbers, quotas_by_namespace, usages
from bayplan.validation.storage import ONE_POD, uses_of
from bayplan.validation.togetherness import HOST, stays_on_one_node

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bayplan.spec.machine import Machine
    from bayplan.validation.amounts import Amounts
    from bayplan.validation.nodes import Node
    from bayplan.validation.pods import Pod
    from bayplan.validation.world import World

MIB = 2**20 * 1000
INSTEAD = "Let an old pod go first (maxUnavailable: 1, maxSurge: 0), or make room"


class Obstacle(NamedTuple):
    """Why no pod more can start."""

    why: str
    doubt: str = ""


def stuck(change: Change, surge: int) -> Step | None:
    """An update that cannot go on, with `surge` pods to come before any goes; None where nothing is in its way."""
    least = change.has.least or 0
    pod = change.pods[0] if change.pods and change.parts else None
    if pod is None or not least or not surge or is_other(change, pod):
        return None
    world = change.comparison.head
    found = of_volumes(pod, world) or of_pools(pod, world, least) or of_quotas(pod, world)
    if found is None:
        return None
    says = f"does not roll: the new pod comes first, and {found.why}; {several(least, 'old pod')} " + (
        "runs on" if least == 1 else "run on"
    )
    sync = sync_of(world, change.after)
    if sync is not None and value_at(sync.body, "spec", "wait") is True:
        says += f", and Kustomization {sync.ref.name} waits for it in vain"
    return Step("rollout-stuck", says, Weight.DANGER, doubt=found.doubt, fix=INSTEAD)


def is_other(change: Change, pod: Pod) -> bool:
    """Whether new pods want another place than the old ones, so that old ones are not in their way."""
    old = change.comparison.base.pods.made_by(change.before)
    wishes = ("nodeSelector", "affinity", "tolerations", "runtimeClassName")
    return not old or any(
        settled(one) != settled(other)
        for one, other in (
            (requests_of(old[0]), requests_of(pod)),
            *((old[0].spec.get(key), pod.spec.get(key)) for key in wishes),
        )
    )


def of_volumes(pod: Pod, world: World) -> Obstacle | None:
    """A claim that the old pod holds."""
    for use in uses_of(pod):
        claim = world.storage.claim(pod.namespace, use.name)
        mode = world.storage.mode_of(claim) if claim else ""
        if mode == ONE_POD:
            return Obstacle(f"claim {use.name} is for one pod at a time ({mode}), which the old one is")
        if mode and not stays_on_one_node(pod):
            doubt = "it goes on if the scheduler puts the new pod on the node of the old one"
            return Obstacle(f"claim {use.name} is for one node at a time ({mode})", doubt)
    return None


def of_pools(pod: Pod, world: World, least: int) -> Obstacle | None:
    """Nodes at their most that are full of the old pods, or whose accelerators others hold."""
    if world.cluster is None:
        return None
    asked = requests_of(pod)
    alone = keeps_apart(pod)
    seats = 0
    for pool in world.cluster.pools:
        here = [node for node in taking(pod, world) if node.machine.pool in (pool.name, "")]
        room = max((min(1, fits(asked, one.machine)) if alone else fits(asked, one.machine) for one in here), default=0)
        seats += room * pool.nodes.max
    if seats and seats <= least:
        return Obstacle(f"the pools have room for {several(seats, 'such pod')} at their most")
    return of_accelerators(pod, world, asked) if seats else None


def of_accelerators(pod: Pod, world: World, asked: Mapping[str, int]) -> Obstacle | None:
    """Accelerators that are all in use when everybody runs with the fewest pods."""
    for name in sorted(key for key in asked if "/" in key):
        pools = {one.machine.pool for one in taking(pod, world) if one.machine.resource == name}
        if not pools or world.cluster is None:
            continue
        each = {one.machine.pool: one.machine.accelerators for one in world.nodes.values()}
        total = sum(each.get(pool.name, 0) * pool.nodes.max for pool in world.cluster.pools if pool.name in pools)
        used = sum(one.used for one in holders(world).get(name, ()) if one.pools <= pools)
        if total * 1000 - used < asked[name]:
            return Obstacle(f"all {total} {name} of the pools are in use when everybody runs with the fewest pods")
    return None


class Holder(NamedTuple):
    """Pods that hold accelerators of some pools and of no others."""

    pools: frozenset[str]
    used: int
    """Thousandths, with the fewest pods."""


@once
def holders(world: World) -> Mapping[str, list[Holder]]:
    """Who holds accelerators, by the name of the resource."""
    found: dict[str, list[Holder]] = {}
    for namespace in world.pods.namespaces():
        for pod in world.pods.in_namespace(namespace):
            for name, amount in requests_of(pod).items():
                if "/" in name:
                    pools = frozenset(one.machine.pool for one in taking(pod, world))
                    found.setdefault(name, []).append(Holder(pools, amount * numbers(pod, world)[0]))
    return found


def taking(pod: Pod, world: World) -> list[Node]:
    """The kinds of nodes that take a pod."""
    return [node for node in world.nodes.values() if refusal(pod, node) is None]


def fits(asked: Mapping[str, int], machine: Machine) -> int:
    """How many such pods an empty node has room for."""
    rooms = [machine.pods]
    for name, amount in asked.items():
        has = {"cpu": machine.cpu_millicores, "memory": machine.memory_mib * MIB}.get(name)
        if "/" in name:
            has = 1000 * (machine.accelerators if name == machine.resource else machine.devices.get(name, 0))
        if has is not None and amount:
            rooms.append(has // amount)
    return min(rooms)


def keeps_apart(pod: Pod) -> bool:
    """Whether no two such pods may be on one node."""
    terms = mappings_at(pod.spec, "affinity", "podAntiAffinity", "requiredDuringSchedulingIgnoredDuringExecution")
    for _, term in terms:
        selector = selectors.read(term, "labelSelector")
        told_apart = "matchLabelKeys" in term or "mismatchLabelKeys" in term  # by the hash of their template
        if text_at(term, "topologyKey") == HOST and selector and selector.admits(pod.labels) and not told_apart:
            return True
    ports = [port for one in pod.containers for _, port in mappings_at(one.body, "ports")]
    return any(port.get("hostPort") or pod.spec.get("hostNetwork") is True for port in ports)


def of_quotas(pod: Pod, world: World) -> Obstacle | None:
    """A quota that has nothing left for a pod more when everybody runs with the fewest pods."""
    for quota in quotas_by_namespace(world).get(pod.namespace, ()):
        taken = takings(world)[id(quota)]
        mine = taken.each.get(id(pod))
        if mine is None:
            continue
        for name, most in sorted(amounts_in(hard(quota)).items()):
            if mine.get(name, 0) and taken.used[name] + mine[name] > most:
                return Obstacle(f"quota {quota.ref.name} has no {name} left for it")
    return None


class Taken(NamedTuple):
    """What is used up of a quota."""

    used: Counter[str]
    """With the fewest pods."""
    each: Mapping[int, Amounts]
    """Pod, by identity, to what one of its kind uses up."""


@once
def takings(world: World) -> Mapping[int, Taken]:
    """Quota, by identity, to what is used up of it."""
    found: dict[int, Taken] = {}
    for quotas in quotas_by_namespace(world).values():
        for quota in quotas:
            counted = usages(quota, world) or []
            used: Counter[str] = Counter()
            for one in counted:
                used.update({name: amount * one.least for name, amount in one.each.items()})
            found[id(quota)] = Taken(used, {id(one.pod): one.each for one in counted})
    return found
