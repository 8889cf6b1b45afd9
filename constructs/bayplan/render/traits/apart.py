"""Workloads that share no machine, as a pod says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.render.labels import selector
from bayplan.spec.peer import full_name

if TYPE_CHECKING:
    from bayplan.render.api_object import Body
    from bayplan.spec.workloads.workload import Workload


def strangers(workload: Workload, app: str) -> Body:
    """Anti-affinity to pods of other workloads, whatever their version; {} for none.

    Kubernetes keeps it in both directions, so that only who asked for it says it.
    Source: <https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#inter-pod-affinity-and-anti-affinity>
    """
    terms = []
    for name in sorted(full_name(app, peer) for peer in workload.apart):
        namespace, _, other = name.partition("/")
        term: Body = {"topologyKey": "kubernetes.io/hostname", "labelSelector": {"matchLabels": selector(other)}}
        if namespace != app:
            term["namespaceSelector"] = {"matchLabels": {"kubernetes.io/metadata.name": namespace}}
        terms.append(term)
    return {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": terms}} if terms else {}
