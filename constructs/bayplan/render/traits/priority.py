"""Whose pods go first where machines were lost, as a pod says it."""

from __future__ import annotations


def priority_class(priority: str) -> str | None:
    """Name of the PriorityClass; None for the usual priority, which is Kubernetes' own default."""
    return None if priority == "normal" else f"bayplan-{priority}"


def workload_priority_class(priority: str) -> str:
    """Name of the WorkloadPriorityClass, by which a job stands in its queue."""
    return f"bayplan-{priority}"
