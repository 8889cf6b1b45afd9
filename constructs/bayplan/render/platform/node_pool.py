"""The nodes that Karpenter makes, as NodePools; what they are made of is in `node_class.py`."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import cycle, islice
from typing import TYPE_CHECKING

from bayplan.render.api_object import Part
from bayplan.render.labels import MANAGED
from bayplan.render.platform.node_class import node_class, node_class_reference
from bayplan.spec.provisioning import always_name, is_karpenters, unseen_devices, whole_resource
from bayplan.spec.upkeep import NEVER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from constructs import Construct

    from bayplan.placement.provision import Provision
    from bayplan.render.api_object import Body
    from bayplan.spec.cluster import Cluster, Pool
    from bayplan.spec.machine import Machine

API = "karpenter.sh/v1"
POLICIES = {"empty": "WhenEmpty", "underused": "WhenEmptyOrUnderutilized", "balanced": "Balanced", NEVER: "WhenEmpty"}
EMPTY_ROOM = 1
"""Nodes beyond those that are always there while one is replaced: with none, no such node could ever be renewed."""


class NodePools(Part):
    """For each kind of nodes a NodePool, one more a zone for those that are always there, and what all are made of.

    Karpenter buys for pods that wait, and keeps a number of nodes only in a NodePool with `replicas`, which buys for
    nobody: so a pool with both has two. They have names of their own because the API refuses to turn one into the
    other, and one for each zone because Karpenter would put all of them into whichever it likes, where the plan counts
    on as many in each.

    A bay that the plan does not use keeps its NodePool, with a limit of none: taken away, its last nodes would be
    drained at once, before the pods have their new place. Those of a layout that the plan gives up are, one pod after
    the other as the disruption budgets have it.
    Sources: <https://karpenter.sh/docs/concepts/nodepools/>, designs/static-capacity.md and
    pkg/controllers/static/provisioning in karpenter 1.15.0.
    """

    def __init__(
        self,
        scope: Construct,
        id: str = "NodePools",  # noqa: A002 - as all constructs name it
        *,
        cluster: Cluster,
        provisions: Iterable[Provision],
        origin: str = "",
    ) -> None:
        ours = [one for one in provisions if is_karpenters(cluster, one.pool)]
        bodies = [body for one in ours for body in node_pools(cluster, one)]
        pools = {one.pool.name: one.pool for one in ours}
        bodies += [body for pool in pools.values() for body in node_class(cluster, pool)]
        super().__init__(scope, id, bodies=bodies, origin=origin)


def node_pools(cluster: Cluster, provision: Provision) -> Iterator[Body]:
    """The NodePools of one kind of nodes, and what Karpenter cannot know of them."""
    upkeep, always = provision.pool.upkeep, provision.always
    names = []
    for zone, count in sorted(Counter(islice(cycle(provision.machine.zones), always)).items()):
        names.append(always_name(cluster, provision.name, zone))
        fixed = {"replicas": count, "limits": {"nodes": str(count + EMPTY_ROOM)}}
        here = replace(provision, machine=replace(provision.machine, zones=(zone,)))
        yield _body(names[-1], {**fixed, "disruption": {"budgets": _budgets(provision.pool)}}, cluster, here)
    if provision.most > always or not always:
        names.append(provision.name)
        limits = {"nodes": str(provision.most - always)}
        spec = {"weight": upkeep.weight, "limits": limits, "disruption": _disruption(provision)}
        yield _body(names[-1], spec, cluster, provision)
    devices = unseen_devices(provision.machine, whole_resource(cluster, provision.pool))
    if devices and names:
        yield _overlay(provision.name, names, devices)


def _body(name: str, spec: Body, cluster: Cluster, provision: Provision) -> Body:
    machine, upkeep = provision.machine, provision.pool.upkeep
    template = {
        "taints": [taint.model_dump(exclude={"value"} if not taint.value else set()) for taint in machine.taints]
        or None,
        "requirements": _requirements(provision.pool, machine),
        "nodeClassRef": node_class_reference(cluster, provision.pool),
        "expireAfter": "Never" if upkeep.expire == NEVER else upkeep.expire,
        "terminationGracePeriod": upkeep.grace,
    }
    return {
        "apiVersion": API,
        "kind": "NodePool",
        "metadata": {"name": name, "labels": MANAGED},
        "spec": {**spec, "template": {"metadata": {"labels": dict(machine.labels)}, "spec": template}},
    }


def _requirements(pool: Pool, machine: Machine) -> list[Body]:
    wanted = {
        "karpenter.sh/capacity-type": [pool.capacity],
        "kubernetes.io/arch": [machine.architecture],
        "kubernetes.io/os": ["linux"],
        "node.kubernetes.io/instance-type": [machine.instance],
        "topology.kubernetes.io/zone": list(machine.zones),
    }
    return [{"key": key, "operator": "In", "values": values} for key, values in wanted.items()]


def _disruption(provision: Provision) -> Body:
    upkeep, has_accelerators = provision.pool.upkeep, bool(provision.machine.accelerator)
    consolidate = upkeep.consolidate or ("empty" if has_accelerators else "underused")
    after = upkeep.after or ("10m" if has_accelerators else "5m")
    return {
        "consolidationPolicy": POLICIES[consolidate],
        "consolidateAfter": "Never" if consolidate == NEVER else after,
        "budgets": _budgets(provision.pool),
    }


def _budgets(pool: Pool) -> list[Body]:
    return [
        {
            "nodes": one.nodes,
            "reasons": list(one.reasons) or None,
            "schedule": one.schedule,
            "duration": one.duration,
        }
        for one in pool.upkeep.budgets
    ]


def _overlay(name: str, pools: list[str], devices: dict[str, int]) -> Body:
    """Slices and shares by number: Karpenter knows only what a type has when it is bought.

    Source: <https://karpenter.sh/docs/concepts/nodeoverlays/>
    """
    return {
        "apiVersion": "karpenter.sh/v1alpha1",
        "kind": "NodeOverlay",
        "metadata": {"name": name, "labels": MANAGED},
        "spec": {
            "requirements": [{"key": "karpenter.sh/nodepool", "operator": "In", "values": pools}],
            "capacity": {device: str(count) for device, count in devices.items()},
        },
    }
