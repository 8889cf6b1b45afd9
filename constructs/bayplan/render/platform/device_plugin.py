"""How accelerators are shared, for NVIDIA's device plugin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.render.api_object import ApiObject
from bayplan.render.labels import MANAGED
from bayplan.spec.machine import instance_of
from bayplan.spec.sharing import WHOLE, plugin_config

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from constructs import Construct

    from bayplan.spec.cluster import Cluster, Sharing

NAME = "bayplan-device-plugin"


class DevicePlugin(ApiObject):
    """A ConfigMap with every way of sharing that nodes of the cluster may have, by the name that their label says.

    The GPU operator takes it by its ClusterPolicy, and `whole` for nodes without the label. Who asks for more than one
    share gets none: two of them may be one accelerator.
    Source: <https://docs.nvidia.com/datacenter/cloud-native/gpu-operator/latest/gpu-sharing.html>, api/config/v1 in
    k8s-device-plugin.
    """

    def __init__(
        self,
        scope: Construct,
        id: str = "DevicePlugin",  # noqa: A002 - as all constructs name it
        *,
        namespace: str,
        configs: Mapping[str, str],
        origin: str = "",
    ) -> None:
        body = {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": NAME, "namespace": namespace, "labels": MANAGED},
            "data": dict(configs),
        }
        super().__init__(scope, id, body=body, origin=origin)


def plugin_configs(cluster: Cluster) -> dict[str, str]:
    """The plugin's configuration for every way of sharing on a cluster, by name; none where nothing is shared."""
    shared = {}
    for pool in cluster.pools:
        instance = instance_of(cluster, pool)
        if pool.sharing and instance:
            shared[plugin_config(pool.sharing)] = "\n".join(_config(pool.sharing, instance.resource)) + "\n"
    return {WHOLE: "version: v1\n", **dict(sorted(shared.items()))} if shared else {}


def _config(sharing: Sharing, resource: str) -> Iterator[str]:
    yield "version: v1"
    yield "sharing:"
    yield f"  {'mps' if sharing.mps else 'timeSlicing'}:"
    yield f"    renameByDefault: {'true' if sharing.renamed else 'false'}"
    yield "    failRequestsGreaterThanOne: true"
    yield "    resources:"
    yield f"      - name: {resource}"
    yield f"        replicas: {sharing.replicas}"
