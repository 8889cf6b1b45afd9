"""Whether a job could ever be admitted, if it was alone: by the quotas of its queue, and by the nodes behind them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bayplan.spec.queueing.amount import told
from bayplan.spec.queueing.assign import Mode, assign, nobody
from bayplan.spec.queueing.flavor import CPU, DISK, MEMORY, flavors_of

if TYPE_CHECKING:
    from bayplan.spec.cluster import Cluster
    from bayplan.spec.queueing.flavor import Flavor
    from bayplan.spec.queueing.job import Job, PodSet
    from bayplan.spec.queueing.tree import Node


def why_never(cluster: Cluster, queue: Node, job: Job) -> str:
    """Why a job can never run in a queue in which nothing is used; "" where it can."""
    return never(cluster, queue, job)[0]


def never(cluster: Cluster, queue: Node, job: Job) -> tuple[str, str]:
    """The same, and the pool that has too few nodes for it; "" where its quota is too small.

    Nothing is said of pods that no kind of node would take at all: that is for the plan to explain.
    """
    flavors = flavors_of(cluster)
    narrowed = []
    for podset in job.podsets:
        if not podset.flavors or not podset.pods:
            continue
        strange = sorted(set(podset.asks) - queue.covered)
        here = [name for name in queue.flavors if name in podset.flavors]
        if strange and here:
            return f"{_who(podset)}asks for {', '.join(strange)}, of which its queue has nothing", ""
        if not here:
            has = f"it has some of {', '.join(queue.flavors)}" if queue.flavors else "it has nothing"
            where = " or ".join(podset.flavors)
            return f"{_who(podset)}would run on {where}, of which its queue has nothing: {has}", ""
        holding = [name for name in here if pods_in(flavors[name], podset) >= podset.pods]
        if not holding:
            best = max((flavors[name] for name in here), key=lambda one: pods_in(one, podset))
            return _too_few_nodes(best, podset), best.pool
        narrowed.append(replace(podset, flavors=tuple(holding)))
    return "" if _fits(queue, narrowed) else _shortage(cluster, queue, narrowed), ""


def _fits(queue: Node, podsets: list[PodSet]) -> bool:
    """Whether Kueue finds a flavor for every group, going on where it stopped as long as it would."""
    tried: tuple[int, ...] = ()
    for _ in range(1 + len(queue.flavors) * len(podsets)):
        found = assign(queue, podsets, nobody, tried)
        if found.mode is not Mode.NEVER_NOW:
            return True
        tried = found.tried
        if all(place == -1 for place in tried):
            return False
    return False


def pods_in(flavor: Flavor, podset: PodSet) -> int:
    """How many pods of a group the nodes of a flavor hold at the most: of a gang, those of one zone."""
    nodes = flavor.nodes_max
    if podset.together:
        nodes = -(-nodes // max(1, len(flavor.machine.zones)))
    return nodes * _on_node(flavor, podset)


def _on_node(flavor: Flavor, podset: PodSet) -> int:
    room = flavor.room
    fits = [room.get(name, 0) // amount for name, amount in podset.each.items() if amount]
    return min([flavor.machine.pods, *fits])


def _too_few_nodes(best: Flavor, podset: PodSet) -> str:
    each = _on_node(best, podset)
    needed = -(-podset.pods // each) if each else podset.pods
    where = "in one zone " if podset.together else ""
    zones = f" over {len(best.machine.zones)} zones" if podset.together else ""
    most = f"{best.name} has {best.nodes_max} at the most{zones}"
    size = "one pod" if each == 1 else f"{each} pods"
    return f"{_who(podset)}its {podset.pods} pods need {needed} nodes {where}of {size} each, {most}"


def _shortage(cluster: Cluster, queue: Node, podsets: list[PodSet]) -> str:
    """What is asked for above what the queue can have, in the flavor where least is missing."""
    usage: dict[tuple[str, str], int] = {}
    for podset in podsets:
        lacks = []
        for name in podset.flavors:
            short = [
                (resource, usage.get((name, resource), 0) + amount)
                for resource, amount in podset.asks.items()
                if usage.get((name, resource), 0) + amount > queue.capacity((name, resource))
            ]
            if not short:
                for resource, amount in podset.asks.items():
                    usage[name, resource] = usage.get((name, resource), 0) + amount
                break
            lacks.append((name, sorted(short, key=lambda one: one[0] in (CPU, MEMORY, DISK))))
        else:
            name, short = min(lacks, key=lambda one: (len(one[1]), queue.flavors.index(one[0])))
            return _told(cluster, queue, podset, name, short[0])
    return "its groups of pods do not fit its queue together"


def _told(cluster: Cluster, queue: Node, podset: PodSet, flavor: str, short: tuple[str, int]) -> str:
    resource, amount = short
    slot = (flavor, resource)
    most, own = queue.capacity(slot), queue.cell(slot).nominal
    parts = f" ({told(resource, own)} guaranteed, the rest borrowed)" if most > own else ""
    kind = flavors_of(cluster)[flavor]
    counted, hold = kind.counted, kind.room.get(resource, 0) * kind.nodes_max
    why = ""
    if counted and resource not in counted:
        name, of_it = next(((name, queue.capacity((flavor, name))) for name in counted), ("", 0))
        why = f": that is what comes with {told(name, of_it)} there"
    pods = f"{podset.pods} pod{' asks' if podset.pods == 1 else 's ask'}"
    return (
        f"{_who(podset)}{pods} for {told(resource, amount)} of {flavor}, "
        f"its queue can have {told(resource, most)} at the most{parts}{why}, "
        f"all nodes of {flavor} hold {told(resource, hold)}"
    )


def _who(podset: PodSet) -> str:
    return f"{podset.name}: " if podset.name else ""
