"""How kube-scheduler is set up for what a cluster declares: README.md gives the same to those who run real ones.

Fields: https://kubernetes.io/docs/reference/config-api/kube-scheduler-config.v1/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable


def configuration(scheduler: str, accelerators: Iterable[str]) -> dict[str, Any]:
    """The KubeSchedulerConfiguration of a cluster; `accelerators` are the resources that its pools count them by.

    Under Karpenter, too, it is the default kube-scheduler that seats pods on nodes.
    """
    about = {"apiVersion": "kubescheduler.config.k8s.io/v1", "kind": "KubeSchedulerConfiguration"}
    if scheduler != "MostAllocated":
        return about
    resources = [{"name": name, "weight": 1} for name in ("cpu", "memory", *sorted(set(accelerators)))]
    strategy = {"type": "MostAllocated", "resources": resources}
    plugins = [
        {"name": "NodeResourcesFit", "args": {"scoringStrategy": strategy}},
        # `spread: off` is off: the scheduler's own soft spread counts twice and would win over packing
        {"name": "PodTopologySpread", "args": {"defaultingType": "List", "defaultConstraints": []}},
    ]
    profile = {"schedulerName": "default-scheduler", "pluginConfig": plugins}
    # from 100 nodes on only some are looked at by default, and the fullest is not among them
    return {**about, "percentageOfNodesToScore": 100, "profiles": [profile]}
