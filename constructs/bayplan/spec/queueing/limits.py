"""What queues are promised together, against what there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.manifests.pointer import step
from bayplan.spec.queueing.amount import told
from bayplan.spec.queueing.division import divide, owners_of
from bayplan.spec.queueing.flavor import CPU, MEMORY, PROFILE
from bayplan.spec.queueing.share import share_out
from bayplan.spec.wrong import Wrong

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.spec.cluster import Cluster

_FLAVORS_MOST, _QUOTAS_MOST = 64, 512


def excesses(cluster: Cluster) -> Iterator[Wrong]:
    """Queues that are promised more than there is, and those that have nothing."""
    yield from _beyond_pools(cluster)
    yield from _beyond_quotas(cluster)
    for team, share in share_out(cluster).items():
        at = step("/queues", team)
        if not share.flavors:
            fix = "Say what it is guaranteed, or may borrow of what others have: guaranteed: {l4: 4}."
            yield Wrong(what=f"the queue of '{team}' has nothing: no job is ever admitted", fix=fix, at=at)
        resources = {name for one in share.flavors for name in one.room}
        if len(share.flavors) > _FLAVORS_MOST or len(share.flavors) * len(resources) > _QUOTAS_MOST:
            what = f"the queue of '{team}' has {len(share.flavors)} kinds of nodes with {len(resources)} resources"
            fix = f"Kueue takes {_FLAVORS_MOST} kinds, and {_QUOTAS_MOST} quotas in all: name fewer pools."
            yield Wrong(what=what, fix=fix, at=at)


def _beyond_pools(cluster: Cluster) -> Iterator[Wrong]:
    """Guarantees that the pools cannot hold with all that was promised before, by name of the team."""
    for one in divide(cluster).missing:
        sort, name = one.owner
        word, at = ("guaranteed", "/queues") if sort == "queue" else ("shared", "/cohorts")
        owners = [(owner, amounts) for owner, _, amounts in owners_of(cluster) if owner != one.owner]
        others = [f"{owner[1]} has {_said(amounts[one.key])}" for owner, amounts in owners if one.key in amounts]
        pools = sorted({flavor.pool for flavor, _ in one.places})
        hold = sum(
            flavor.room[resource] * flavor.nodes_max
            for flavor, resource in {flavor.pool: (flavor, resource) for flavor, resource in one.places}.values()
        )
        resource = one.places[0][1]
        what = (
            f"{word} {one.key}: {told(resource, one.wanted)}, but {' and '.join(pools)} at {_nodes(cluster, pools)} "
            f"hold {told(resource, hold)}{', of which ' + ', '.join(others) if others else ''}"
        )
        fix = f"{told(resource, one.missing)} are missing: lower it, or raise nodes.max."
        yield Wrong(what=what, fix=fix, at=step(f"{step(at, name)}/{word}", one.key))


def _nodes(cluster: Cluster, pools: list[str]) -> str:
    most = [str(pool.nodes.max) for pool in cluster.pools if pool.name in pools]
    return f"{' and '.join(most)} node{'' if most == ['1'] else 's'}"


def _said(amount: object) -> str:
    return " and ".join(f"{text} {name}" for name, text in amount.items()) if isinstance(amount, dict) else str(amount)


def _beyond_quotas(cluster: Cluster) -> Iterator[Wrong]:
    """What the plan may give to a team at the most is never less than what its jobs are guaranteed."""
    for team, queue in sorted(cluster.queues.items()):
        quota = cluster.quotas.get(team)
        if quota is None or quota.accelerators is None:
            continue
        counted = {key: amount for key, amount in queue.guaranteed.items() if isinstance(amount, int)}
        whole = sum(
            amount for key, amount in counted.items() if key not in (CPU, MEMORY) and not PROFILE.fullmatch(key)
        )
        if whole > quota.accelerators:
            what = f"guaranteed are {whole} accelerators, quotas give '{team}' {quota.accelerators} at the most"
            fix = f"Raise quotas.{team}.accelerators, or lower what is guaranteed."
            yield Wrong(what=what, fix=fix, at=f"{step('/queues', team)}/guaranteed")
