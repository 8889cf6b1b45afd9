"""A control plane with only what a placement needs: the plan's nodes, and pods that arrive one after the other."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bayplan.lab.furnish import condition, is_ready
from bayplan.lab.wait import NotYet, wait_for
from bayplan.render.synth_objects import objects_of
from bayplan.render.tree import build

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bayplan.lab.api import Api, Body
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

    def pods(self, plan: Plan, level: Level, *, surge: dict[str, int] | None = None) -> list[Body]:
        """The pods that its Deployments would have at one end of the load; with `surge`, those of a new version."""
        found: list[Body] = []
        for deployment in self.deployments:
            workload = workload_of(deployment)
            seats = [seat for seat in plan.seats if seat.workload == workload]
            count = sum(seat.pods_min if level == "min" else seat.pods_max for seat in seats)
            version, count = ("new", surge[workload]) if surge is not None else ("old", count)
            found += [_pod(deployment, version, number) for number in range(count)]
        return found


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


def name_of(pod: Body) -> str:
    """A pod's whole name."""
    return f"{pod['metadata']['namespace']}/{pod['metadata']['name']}"


def shuffled(pods: Iterable[Body], seed: int) -> list[Body]:
    """The pods in another order."""
    order = list(pods)
    random.Random(f"order {seed}").shuffle(order)  # noqa: S311 - no secret
    return order


class Stage:
    """One API server with its scheduler; empty between two platforms."""

    def __init__(self, api: Api) -> None:
        self.api = api

    def furnish(self, nodes: Sequence[Body], surroundings: Sequence[Body]) -> None:
        """Make nodes, accounts and services, and wait until pods may come."""
        for body in (*nodes, *surroundings):
            self.api.create(body)

        def ready() -> None:
            there = [node for node in self.api.list("v1", "Node") if is_ready(node)]
            if len(there) < len(nodes):
                raise NotYet(f"{len(there)} of {len(nodes)} nodes are ready")

        wait_for("nodes", ready, within_s=60)

    def arrive(self, pods: Sequence[Body]) -> None:
        """Create pods in this order: so the scheduler seats them, one after the other."""
        for pod in pods:
            self.api.create(pod)

    def judged(self, count: int, *, within_s: float = 60) -> dict[str, str]:
        """The node of every pod, "" for those that the scheduler could not seat; waits until all are judged."""

        def all_judged() -> dict[str, str]:
            pods = self.api.list("v1", "Pod")
            found = {name_of(pod): pod["spec"].get("nodeName", "") for pod in pods if _is_judged(pod)}
            if len(found) < count:
                raise NotYet(f"{len(found)} of {count} pods are judged")
            return found

        return wait_for("the scheduler", all_judged, within_s=within_s)

    def clear(self, *, within_s: float = 60) -> None:
        """Take pods, then nodes away; namespaces stay, they are in nobody's way."""
        for namespace in {pod["metadata"]["namespace"] for pod in self.api.list("v1", "Pod")}:
            self.api.delete_all("v1", "Pod", namespace)
        self._await_none("Pod", within_s)
        for node in self.api.list("v1", "Node"):
            self.api.delete("v1", "Node", node["metadata"]["name"])
        self._await_none("Node", within_s)

    def _await_none(self, kind: str, within_s: float) -> None:
        def gone() -> None:
            if left := self.api.list("v1", kind):
                raise NotYet(f"{len(left)} of kind {kind} are still there")

        wait_for(f"{kind}s to go", gone, within_s=within_s)


def _is_judged(pod: Body) -> bool:
    return bool(pod["spec"].get("nodeName")) or condition(pod, "PodScheduled") == "False"


def _pod(deployment: Body, version: str, number: int) -> Body:
    template: dict[str, Any] = deployment["spec"]["template"]
    about = deployment["metadata"]
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            **template["metadata"],
            "name": f"{about['name']}-{version}-{number}",
            "namespace": about["namespace"],
            "labels": {**template["metadata"]["labels"], HASH: version},
        },
        "spec": template["spec"],
    }
