"""What the mesh's proxy takes beside every replica.

One place for it: the plan makes room for these amounts, and the rendered pods ask for them
(`sidecar.istio.io/proxyCPU` and `proxyMemory`), so that plan and cluster agree.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bayplan.spec.cluster import Cluster

SIDECAR_CPU_MILLICORES = 100
"""CPU that the proxy is promised; Istio's own default."""
SIDECAR_MEMORY_MIB = 128
"""Memory that the proxy is promised; Istio's own default."""


def has_sidecar(cluster: Cluster) -> bool:
    """Whether pods get a proxy: they do where the cluster runs Istio."""
    return "istio" in cluster.controllers
