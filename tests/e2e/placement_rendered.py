"""What bayplan renders of a platform that a scheduler looks at: accounts, Services, Deployments and their pods."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bayplan.render.synth_objects import objects_of
from bayplan.render.tree import build

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bayplan.lab.api import Body
    from bayplan.placement.plan import Plan
    from bayplan.placement.problem import Level
    from bayplan.spec.platform import Platform

SURROUNDINGS = ("Namespace", "ServiceAccount", "Service")
"""Kinds that a pod needs, or that the scheduler looks at, in the order in which they can be made."""
NAME = "app.kubernetes.io/name"
HASH = "pod-template-hash"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """What bayplan makes of a platform and its plan, as far as a scheduler is concerned."""

    surroundings: tuple[Body, ...]
    deployments: tuple[Body, ...]

    def pods(self, plan: Plan, level: Level) -> list[Body]:
        """The pods that its Deployments would have at one end of the load."""
        return [pod for one in self.deployments for pod in _pods(one, "old", planned(plan, workload_of(one), level))]

    def newcomers(self, surge: Mapping[str, int]) -> list[Body]:
        """The first pods of a new version of everything: so many of each workload."""
        return [pod for one in self.deployments for pod in _pods(one, "new", surge[workload_of(one)])]

    def scaled(self, plan: Plan, level: Level) -> list[Body]:
        """Its Deployments as their autoscalers would have set them."""
        return [
            {**one, "spec": {**one["spec"], "replicas": planned(plan, workload_of(one), level)}}
            for one in self.deployments
        ]


def planned(plan: Plan, workload: str, level: Level) -> int:
    """Pods of a workload in all its pools."""
    seats = [seat for seat in plan.seats if seat.workload == workload]
    return sum(seat.pods_min if level == "min" else seat.pods_max for seat in seats)


def render(platform: Platform, plan: Plan) -> Rendered:
    """Render a platform of one cluster as `bayplan synth` does."""
    bodies = [held.body for held in objects_of(build(platform, {plan.cluster: plan}))]
    surroundings = [body for body in bodies if body["kind"] in SURROUNDINGS and body["apiVersion"] == "v1"]
    return Rendered(
        surroundings=tuple(sorted(surroundings, key=lambda body: SURROUNDINGS.index(body["kind"]))),
        deployments=tuple(body for body in bodies if body["kind"] == "Deployment"),
    )


def workload_of(body: Body) -> str:
    """The name that plans have for a rendered object or a pod."""
    about = body["metadata"]
    return f"{about['namespace']}/{about['labels'][NAME]}"


def shuffled(pods: Iterable[Body], seed: int) -> list[Body]:
    """The pods in another order."""
    order = list(pods)
    random.Random(f"order {seed}").shuffle(order)  # noqa: S311 - no secret
    return order


def _pods(deployment: Body, version: str, count: int) -> list[Body]:
    """As its ReplicaSet would make them: a version has a hash of its own."""
    template: dict[str, Any] = deployment["spec"]["template"]
    about = deployment["metadata"]
    label = {**template["metadata"]["labels"], HASH: version}
    named = [
        {"name": f"{about['name']}-{version}-{number}", "namespace": about["namespace"]} for number in range(count)
    ]
    return [
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"labels": label, **names}, "spec": template["spec"]}
        for names in named
    ]
