"""What the queues of one cluster must agree on, with each other and with its pools."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from bayplan.manifests.pointer import step
from bayplan.spec.mig import PREFIX
from bayplan.spec.queueing import limits
from bayplan.spec.queueing.division import usable
from bayplan.spec.queueing.flavor import CPU, HOST, MEMORY, ZONE, flavors_of, is_steady, meant
from bayplan.spec.wrong import Wrong

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bayplan.spec.cluster import Cluster, Pool
    from bayplan.spec.queueing.flavor import Flavor

_LEVELS_MOST = 16
_TOLERATIONS_MOST = 8


def disagreements(cluster: Cluster) -> Iterator[Wrong]:
    """Everything in which queues contradict each other, or the pools."""
    for number, pool in enumerate(cluster.pools):
        yield from _topology(pool, f"/pools/{number}")
    if cluster.queues and "kueue" not in cluster.controllers:
        fix = 'Add it with its version: kueue: "0.19", or remove the queues.'
        yield Wrong(what="there are queues, but kueue is not among the controllers", fix=fix, at="/queues")
    found = [*_words(cluster), *_cohorts(cluster)]
    # what adds up can only be said of words that mean something
    yield from found or limits.excesses(cluster)


def _topology(pool: Pool, at: str) -> Iterator[Wrong]:
    if pool.topology and not is_steady(pool):
        what = f"topology of pool '{pool.name}', which has {pool.nodes.min} to {pool.nodes.max} nodes"
        fix = "Kueue places by topology only on nodes that are there: say nodes.min as nodes.max, or leave it out."
        yield Wrong(what=what, fix=fix, at=f"{at}/topology")
    for number, label in enumerate(pool.topology):
        if label in (ZONE, HOST) or label in pool.topology[:number]:
            fix = "Leave it out: zone and machine are always among the levels, and each is named once."
            yield Wrong(what=f"the level {label} is there already", fix=fix, at=f"{at}/topology/{number}")
    if len(pool.topology) + 2 > _LEVELS_MOST:
        what = f"{len(pool.topology)} levels between zone and machine"
        yield Wrong(what=what, fix=f"Kueue takes {_LEVELS_MOST - 2}.", at=f"{at}/topology")


def _words(cluster: Cluster) -> Iterator[Wrong]:
    """Amounts of what is not there, and pools that are not."""
    for team, queue in sorted(cluster.queues.items()):
        at = step("/queues", team)
        strange = list(_pools(cluster, queue.pools, at))
        yield from strange
        if strange:
            continue
        flavors = usable(cluster, queue)
        for word in ("guaranteed", "borrow", "maximum", "lend"):
            amounts = getattr(queue, word)
            if isinstance(amounts, dict):
                yield from _amounts(cluster, flavors, amounts, f"{at}/{word}")
        for flavor in flavors:
            if len(flavor.machine.taints) > _TOLERATIONS_MOST:
                what = (
                    f"pool '{flavor.pool}' has {len(flavor.machine.taints)} taints, Kueue tolerates {_TOLERATIONS_MOST}"
                )
                yield Wrong(what=what, fix="Leave the pool out of the queue, by its pools.", at=at)
    for name, cohort in sorted(cluster.cohorts.items()):
        yield from _amounts(cluster, flavors_of(cluster).values(), cohort.shared, f"{step('/cohorts', name)}/shared")


def _pools(cluster: Cluster, pools: Iterable[str], at: str) -> Iterator[Wrong]:
    known, seen = [pool.name for pool in cluster.pools], set[str]()
    for number, name in enumerate(pools):
        if name not in known:
            yield Wrong(what=f"no pool is called '{name}'", fix=_nearest(name, known), at=f"{at}/pools/{number}")
        if name in seen:
            yield Wrong(what=f"pool '{name}' is named twice", fix="Remove one of them.", at=f"{at}/pools/{number}")
        seen.add(name)


def _amounts(cluster: Cluster, flavors: Iterable[Flavor], amounts: Mapping[str, object], at: str) -> Iterator[Wrong]:
    flavors = tuple(flavors)
    for key, amount in amounts.items():
        there, everywhere = meant(cluster, flavors, key), meant(cluster, flavors_of(cluster).values(), key)
        place = step(at, key)
        if not everywhere:
            yield Wrong(what=_missing(key), fix=_nearest(key, _keys(cluster)), at=place)
        elif not there:
            pools = ", ".join(sorted({one.pool for one in flavors})) or "none"
            fix = f"Add {everywhere[0][0].pool} to the queue's pools."
            yield Wrong(what=f"none of the queue's pools ({pools}) has {key}", fix=fix, at=place)
        elif key not in (CPU, MEMORY):
            yield from _form(key, amount, there, place)


def _missing(key: str) -> str:
    if key in (CPU, MEMORY):
        return f"no pool without accelerators, of which {key} is counted"
    return f"no pool has, or is called, '{key}'"


def _form(key: str, amount: object, there: list[tuple[Flavor, str]], at: str) -> Iterator[Wrong]:
    flavor = there[0][0]
    if isinstance(amount, dict) and flavor.counts_accelerators:
        what = f"pool '{flavor.pool}' is counted in its accelerators"
        yield Wrong(what=what, fix=f"Write how many: {key}: 4. Each brings its share of the machine.", at=at)
    elif not isinstance(amount, dict) and not flavor.counts_accelerators:
        what = f"pool '{key}' has no accelerators to count"
        yield Wrong(what=what, fix=f"Write {key}: {{cpu: 64, memory: 256Gi}}.", at=at)
    kinds = sorted({name for one, _ in there for name in one.counted if one.pool == key})
    if len(kinds) > 1:
        what = f"pool '{key}' has {' and '.join(kinds)}: it is not clear what is counted"
        yield Wrong(what=what, fix='Name a profile instead of the pool: "1g.10gb": 7.', at=at)


def _keys(cluster: Cluster) -> list[str]:
    models = {one.machine.accelerator or "" for one in flavors_of(cluster).values()} - {""}
    counted = {name for one in flavors_of(cluster).values() for name in one.counted}
    profiles = {name.removeprefix(PREFIX) for name in counted if name.startswith(PREFIX)}
    return sorted({CPU, MEMORY, *models, *profiles, *(pool.name for pool in cluster.pools)})


def _cohorts(cluster: Cluster) -> Iterator[Wrong]:
    named = {queue.cohort for queue in cluster.queues.values()}
    within = {one.within for one in cluster.cohorts.values() if one.within}
    for name, cohort in sorted(cluster.cohorts.items()):
        at = step("/cohorts", name)
        if name not in named | within:
            yield Wrong(what=f"no queue is in cohort '{name}'", fix=_nearest(name, sorted(named)), at=at)
        path = [name]
        inner = cohort.within
        while inner and inner not in path:
            path.append(inner)
            inner = cluster.cohorts[inner].within if inner in cluster.cohorts else None
        if inner == name:
            what = f"cohorts stand within each other: {' within '.join([*path, name])}"
            yield Wrong(what=what, fix="Take one within away.", at=f"{at}/within")


def _nearest(name: str, known: Iterable[str]) -> str:
    known = list(known)
    near = get_close_matches(name, known, n=1, cutoff=0.5)
    return f'Did you mean "{near[0]}"?' if near else f"There are {', '.join(known)}." if known else "Remove it."
