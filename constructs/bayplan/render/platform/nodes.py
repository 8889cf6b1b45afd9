"""All that the nodes of a cluster need from the platform: who makes them, how accelerators are cut and shared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.placement.provision import provisions
from bayplan.render.platform.mig_layouts import MigLayouts, layouts_on
from bayplan.render.platform.node_pool import NodePools
from bayplan.spec.provisioning import is_karpenters

if TYPE_CHECKING:
    from constructs import Construct

    from bayplan.placement.plan import Plan
    from bayplan.spec.cluster import Cluster


def build_nodes(folder: Construct, cluster: Cluster, plan: Plan) -> None:
    """Put into the platform's folder what its controllers read of nodes."""
    if "gpu-operator" in cluster.controllers and (layouts := layouts_on(cluster)):
        MigLayouts(folder, namespace=cluster.gpu_operator_namespace, layouts=layouts, origin=cluster.origin)
    if any(is_karpenters(cluster, pool) for pool in cluster.pools):
        NodePools(folder, cluster=cluster, provisions=provisions(cluster, plan), origin=cluster.origin)
