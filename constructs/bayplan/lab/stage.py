"""A control plane on which placements are tried: nodes come, pods arrive one after the other, the scheduler judges."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.lab.furnish import condition, is_ready
from bayplan.lab.wait import NotYet, wait_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bayplan.lab.api import Api, Body


WORKLOADS = (("apps/v1", "Deployment"), ("apps/v1", "ReplicaSet"), ("v1", "Pod"))
"""Owners first: they would make new ones."""


def name_of(pod: Body) -> str:
    """A pod's whole name."""
    return f"{pod['metadata']['namespace']}/{pod['metadata']['name']}"


class Stage:
    """One API server with its scheduler; empty between two plays."""

    def __init__(self, api: Api) -> None:
        self.api = api

    def furnish(self, nodes: Sequence[Body], surroundings: Sequence[Body] = ()) -> None:
        """Make nodes, and what pods need beside them (namespaces, accounts, Services); waits until pods may come."""
        for body in surroundings:
            self.api.apply(body)
        for body in nodes:
            self.api.create(body)

        def ready() -> None:
            there = sum(is_ready(node) for node in self.api.list("v1", "Node"))
            if there < len(nodes):
                raise NotYet(f"{there} of {len(nodes)} nodes are ready")

        wait_for("nodes", ready, within_s=120)

    def arrive(self, pods: Sequence[Body]) -> None:
        """Create pods in this order, which is that in which the scheduler seats them."""
        for pod in pods:
            self.api.create(pod)

    def judged(self, count: int, *, within_s: float = 120) -> dict[str, str]:
        """The node of every pod, "" where the scheduler has found none; waits until all `count` have been judged."""

        def all_judged() -> dict[str, str]:
            found = {
                name_of(pod): pod["spec"].get("nodeName", "")
                for pod in self.api.list("v1", "Pod")
                if pod["spec"].get("nodeName") or condition(pod, "PodScheduled") == "False"
            }
            if len(found) < count:
                raise NotYet(f"{len(found)} of {count} pods are judged")
            return found

        return wait_for("the scheduler", all_judged, within_s=within_s)

    def clear(self) -> None:
        """Take away all workloads, then the nodes; accounts and Services are in nobody's way."""
        for version, kind in WORKLOADS:
            for namespace in sorted({one["metadata"]["namespace"] for one in self.api.list(version, kind)}):
                self.api.delete_all(version, kind, namespace)
            self._await_none(version, kind)
        for node in self.api.list("v1", "Node"):
            self.api.delete("v1", "Node", node["metadata"]["name"])
        self._await_none("v1", "Node")

    def _await_none(self, version: str, kind: str) -> None:
        def gone() -> None:
            if left := self.api.list(version, kind):
                raise NotYet(f"{len(left)} of kind {kind} are still there")

        wait_for(f"every {kind} to go", gone, within_s=120)
