"""The priorities that workloads ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.render.api_object import Part
from bayplan.render.labels import MANAGED
from bayplan.render.traits.priority import priority_class

if TYPE_CHECKING:
    from collections.abc import Iterable

    from constructs import Construct

VALUES = {"critical": 1_000_000, "low": -1_000, "spare": -1_000_000}
"""Pods that say nothing have 0. All are far below those of the system itself, which begin at 2,000,000,000."""
WHAT = {
    "critical": "Seated first where machines were lost; others make room for it.",
    "low": "Makes room for usual pods where machines were lost.",
    "spare": "Makes room for everybody, and never asks for room itself.",
}


class PriorityClasses(Part):
    """A PriorityClass for each priority that somebody asks for, beside the usual one.

    Source: <https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/>
    """

    def __init__(
        self,
        scope: Construct,
        id: str = "PriorityClasses",  # noqa: A002 - as all constructs name it
        *,
        priorities: Iterable[str],
        origin: str = "",
    ) -> None:
        bodies = [
            {
                "apiVersion": "scheduling.k8s.io/v1",
                "kind": "PriorityClass",
                "metadata": {"name": priority_class(priority), "labels": MANAGED},
                "value": VALUES[priority],
                "globalDefault": False,
                "preemptionPolicy": "Never" if priority == "spare" else "PreemptLowerPriority",
                "description": WHAT[priority],
            }
            for priority in sorted(set(priorities))
            if priority != "normal"
        ]
        super().__init__(scope, id, bodies=bodies, origin=origin)
