"""Queues of teams, as Kueue knows them: kinds of nodes, quotas, who borrows from whom, and where jobs are submitted."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from bayplan.render.api_object import Part
from bayplan.render.labels import MANAGED, app_labels
from bayplan.render.platform.queue_quotas import resource_groups
from bayplan.render.traits.priority import workload_priority_class
from bayplan.spec.queueing.flavor import HOST, ZONE
from bayplan.spec.queueing.job import PRIORITY_VALUES
from bayplan.spec.queueing.offer import offers

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from constructs import Construct

    from bayplan.render.api_object import Body
    from bayplan.spec.app import App
    from bayplan.spec.cluster import Cluster, Queue
    from bayplan.spec.queueing.flavor import Flavor
    from bayplan.spec.queueing.offer import Offer

_API = "kueue.x-k8s.io/v1beta2"
_LABELS_FIRST = ("bayplan.dev/pool", "nvidia.com/mig.config")
_ARCHITECTURE = "kubernetes.io/arch"
_WITHIN = {"nobody": "Never", "borrowers": "Never", "lower": "LowerPriority"}
_RECLAIM = {"nobody": "Never", "borrowers": "Any", "lower": "Any"}
_STRATEGIES = {"strict": "StrictFIFO", "best-effort": "BestEffortFIFO"}
WHAT = {
    "critical": "Jobs that go before all others in their queue.",
    "normal": "Jobs that say nothing.",
    "low": "Jobs that let usual ones go first.",
    "spare": "Jobs that let everybody go first.",
}


class Queues(Part):
    """All of Kueue's objects of one cluster.

    Jobs try their own quota in every kind of node before they borrow, and borrow before others are stopped for them.
    Source: <https://kueue.sigs.k8s.io/docs/concepts/>
    """

    def __init__(
        self,
        scope: Construct,
        id: str = "Queues",  # noqa: A002 - as all constructs name it
        *,
        cluster: Cluster,
        apps: Sequence[App],
    ) -> None:
        super().__init__(scope, id, bodies=objects(cluster, apps), origin=cluster.origin)


def objects(cluster: Cluster, apps: Sequence[App]) -> Iterator[Body]:
    """What is made for the queues of a cluster, each kind before those that name it."""
    offer = offers(cluster, apps)
    flavors = {one.name: one for share in (*offer.shares.values(), *offer.cohorts.values()) for one in share.flavors}
    topologies = sorted({one.levels for one in flavors.values() if one.levels})
    yield from (_topology(levels) for levels in topologies)
    yield from (_flavor(one) for _, one in sorted(flavors.items()))
    yield from (_cohort(offer, name) for name in offer.cohorts)
    for team in offer.shares:
        namespaces = sorted(app.name for app in apps if app.team == team)
        yield _cluster_queue(offer, team, cluster.queues[team], namespaces)
        yield from (_local_queue(team, namespace) for namespace in namespaces)
    yield from (_priority(word, value) for word, value in sorted(PRIORITY_VALUES.items()))


def _topology(levels: tuple[str, ...]) -> Body:
    """Its levels can never be changed, so that other levels are another object."""
    spec = {"levels": [{"nodeLabel": label} for label in levels]}
    return {"apiVersion": _API, "kind": "Topology", "metadata": _metadata(topology_name(levels)), "spec": spec}


def topology_name(levels: tuple[str, ...]) -> str:
    """`zone-host`, or with what else lies between in a hash."""
    if levels == (ZONE, HOST):
        return "zone-host"
    return f"zone-host-{hashlib.sha256(' '.join(levels).encode()).hexdigest()[:8]}"


def _flavor(flavor: Flavor) -> Body:
    """Pods get the labels as their node selector, and tolerate the taints.

    Only labels that tell kinds of nodes apart, for with a topology they can never be changed.
    """
    machine = flavor.machine
    labels = {key: machine.labels[key] for key in _LABELS_FIRST if key in machine.labels}
    tolerations = [
        {
            "key": taint.key,
            "operator": "Equal" if taint.value else "Exists",
            "value": taint.value or None,
            "effect": taint.effect,
        }
        for taint in machine.taints
        if taint.effect != "PreferNoSchedule"
    ]
    spec = {
        "nodeLabels": labels | {_ARCHITECTURE: machine.architecture},
        "tolerations": tolerations or None,
        "topologyName": topology_name(flavor.levels) if flavor.levels else None,
    }
    return {"apiVersion": _API, "kind": "ResourceFlavor", "metadata": _metadata(flavor.name), "spec": spec}


def _cohort(offer: Offer, name: str) -> Body:
    cohort = offer.cohorts[name].cohort
    spec = {
        "parentName": cohort.within if cohort else None,
        "fairSharing": {"weight": str(cohort.weight if cohort else 1)},
        "resourceGroups": resource_groups(offer.cohorts[name], offer.covered[name], has_parent=False) or None,
    }
    return {"apiVersion": _API, "kind": "Cohort", "metadata": _metadata(name), "spec": spec}


def _cluster_queue(offer: Offer, team: str, queue: Queue, namespaces: Sequence[str]) -> Body:
    """Open for the namespaces of the team alone, by the label that only the API server writes."""
    selector = {"key": "kubernetes.io/metadata.name", "operator": "In", "values": [*namespaces]}
    spec = {
        "cohortName": queue.cohort,
        "namespaceSelector": {"matchExpressions": [selector]} if namespaces else None,
        "queueingStrategy": _STRATEGIES[queue.order],
        "fairSharing": {"weight": str(queue.weight)},
        "flavorFungibility": {"whenCanBorrow": "TryNextFlavor", "whenCanPreempt": "TryNextFlavor"},
        "preemption": {
            "reclaimWithinCohort": _RECLAIM[queue.stops],
            "borrowWithinCohort": {"policy": "Never"},
            "withinClusterQueue": _WITHIN[queue.stops],
        },
        "resourceGroups": resource_groups(offer.shares[team], offer.covered[team], has_parent=True),
    }
    metadata = _metadata(team) | {"labels": {"bayplan.dev/team": team, **MANAGED}}
    return {"apiVersion": _API, "kind": "ClusterQueue", "metadata": metadata, "spec": spec}


def _local_queue(team: str, namespace: str) -> Body:
    metadata = {"name": team, "namespace": namespace, "labels": app_labels(namespace, team)}
    return {"apiVersion": _API, "kind": "LocalQueue", "metadata": metadata, "spec": {"clusterQueue": team}}


def _priority(word: str, value: int) -> Body:
    return {
        "apiVersion": _API,
        "kind": "WorkloadPriorityClass",
        "metadata": _metadata(workload_priority_class(word)),
        "value": value,
        "description": WHAT[word],
    }


def _metadata(name: str) -> Body:
    return {"name": name, "labels": dict(MANAGED)}
