"""Nodes, pods and Services as a scheduler sees them, straight from a problem and its plan: nothing else is rendered."""

from __future__ import annotations

import random
from itertools import cycle, islice
from typing import TYPE_CHECKING

from bayplan.render.traits.spread import spread_constraints
from bayplan.spec.cluster import POOL_LABEL
from bayplan.spec.traits.spread import Spread
from bayplan.spec.workloads.service import Service

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bayplan.lab.api import Body
    from bayplan.placement.plan import Plan, Seat
    from bayplan.placement.problem import Demand, Level, Pool, Problem

SPACE = "default"
NAME = "app.kubernetes.io/name"
ZONE = "topology.kubernetes.io/zone"
EPHEMERAL = "ephemeral-storage"


def nodes_of(asked: Problem, counts: Mapping[str, int]) -> list[Body]:
    """So many nodes of each pool, evenly over its zones."""
    return [
        _node(asked, pool, f"{pool.name}-{number}", zone)
        for pool in asked.pools
        for number, zone in enumerate(islice(cycle(pool.zones), counts.get(pool.name, 0)))
    ]


def services_of(demands: Sequence[Demand]) -> list[Body]:
    """The Service of every workload: the scheduler spreads the pods that it selects."""
    return [
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": label_of(demand), "namespace": SPACE},
            "spec": {"selector": {NAME: label_of(demand)}, "ports": [{"port": 80}]},
        }
        for demand in demands
    ]


def pods_of(asked: Problem, plan: Plan, level: Level) -> list[Body]:
    """All pods of a plan at one end of the load, the surge of rollouts too, since nodes are planned for it."""
    found: list[Body] = []
    for demand in asked.demands:
        seats = [seat for seat in plan.seats if seat.workload == demand.workload]
        count = sum(seat.pods_min if level == "min" else seat.pods_max for seat in seats) + demand.spare(level)
        found += [pod_of(asked, demand, seats, number) for number in range(count if seats else 0)]
    return found


def pod_of(asked: Problem, demand: Demand, seats: Sequence[Seat], number: int) -> Body:
    """One pod, as far as a scheduler looks at it."""
    label = {NAME: label_of(demand)}
    wanted = {"nodeSelectorTerms": [_berth(seat) for seat in seats]}
    resource = next(pool.accelerator_resource for pool in asked.pools if pool.name == seats[0].pool)
    limits = _amounts(asked, demand.needs, resource)
    limits.pop("pods")
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": f"{label[NAME]}-{number}", "namespace": SPACE, "labels": label},
        "spec": {
            "automountServiceAccountToken": False,
            "affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": wanted}},
            "topologySpreadConstraints": _spread(demand, label, even=any(seat.even for seat in seats)),
            "containers": [{"name": "main", "image": "example.com/x:1", "resources": _requests(limits)}],
        },
    }


def _spread(demand: Demand, label: dict[str, str], *, even: bool) -> list[Body]:
    spread = Spread(
        zones=demand.zones,
        hosts=demand.hosts,
        zone_skew=demand.zone_skew,
        most_per_node=demand.most_per_node or None,
    )
    return spread_constraints(Service(name="any", image="example.com/x:1", spread=spread), label, even=even) or []


def label_of(demand: Demand) -> str:
    """The name of a workload, as labels, pods and Services can carry it."""
    return demand.workload.replace("/", "-").replace("@", "-")


def shuffled(pods: Sequence[Body], seed: int) -> list[Body]:
    """The pods in another order."""
    return random.Random(f"order {seed}").sample(pods, len(pods))  # noqa: S311 - no secret


def _berth(seat: Seat) -> Body:
    wanted = ((POOL_LABEL, seat.pool), (ZONE, seat.zone))
    return {"matchExpressions": [{"key": key, "operator": "In", "values": [one]} for key, one in wanted if one]}


def _node(asked: Problem, pool: Pool, name: str, zone: str) -> Body:
    room = _amounts(asked, pool.room, pool.accelerator_resource)
    labels = {
        POOL_LABEL: pool.name,
        "kubernetes.io/hostname": name,
        ZONE: zone,
        "topology.kubernetes.io/region": "eu-central-1",
    }
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": labels},
        "status": {"capacity": room, "allocatable": room},
    }


def _amounts(asked: Problem, amounts: Sequence[int], accelerator: str) -> dict[str, str]:
    """What pods ask for or nodes have, in the words of Kubernetes."""
    cpu, memory, pods, accelerators, *extra = amounts
    named = {"cpu": f"{cpu}m", "memory": f"{memory}Mi", "pods": f"{pods}", accelerator: f"{accelerators}"}
    others = zip(asked.resources, extra, strict=True)
    named |= {name: f"{amount}Mi" if name == EPHEMERAL else f"{amount}" for name, amount in others}
    return {name: amount for name, amount in named.items() if amount not in ("0", "0Mi")}


def _requests(limits: dict[str, str]) -> dict[str, dict[str, str]]:
    """Extended resources are asked for by their limit, which has to equal the request."""
    extended = {name: amount for name, amount in limits.items() if "/" in name}
    return {"requests": limits, **({"limits": extended} if extended else {})}
