"""All that the nodes of a cluster need from the platform: who makes them, how accelerators are cut and shared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.placement.provision import provisions
from bayplan.render.platform.cluster_policy import ClusterPolicy, policy_of
from bayplan.render.platform.device_class import DeviceClasses
from bayplan.render.platform.device_plugin import DevicePlugin, plugin_configs
from bayplan.render.platform.mig_layouts import MigLayouts, layouts_on
from bayplan.render.platform.node_pool import NodePools
from bayplan.render.platform.runtime_class import RuntimeClasses, runtimes_on
from bayplan.spec.claims import device_classes
from bayplan.spec.provisioning import is_karpenters

if TYPE_CHECKING:
    from constructs import Construct

    from bayplan.placement.plan import Plan
    from bayplan.spec.cluster import Cluster


def build_nodes(folder: Construct, cluster: Cluster, plan: Plan) -> None:
    """Put into the platform's folder what its controllers read of nodes."""
    operator, origin = cluster.gpu_operator_namespace, cluster.origin
    has_operator = "gpu-operator" in cluster.controllers
    if has_operator and (layouts := layouts_on(cluster)):
        MigLayouts(folder, namespace=operator, layouts=layouts, origin=origin)
    if has_operator and (configs := plugin_configs(cluster)):
        DevicePlugin(folder, namespace=operator, configs=configs, origin=origin)
    if has_operator and (policy := policy_of(cluster)):
        ClusterPolicy(folder, spec=policy, origin=origin)
    if classes := device_classes(cluster):
        DeviceClasses(folder, classes=classes, origin=origin)
    if names := runtimes_on(cluster):
        RuntimeClasses(folder, names=names, origin=origin)
    if any(is_karpenters(cluster, pool) for pool in cluster.pools):
        NodePools(folder, cluster=cluster, provisions=provisions(cluster, plan), origin=origin)
