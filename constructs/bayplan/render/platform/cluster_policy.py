"""What NVIDIA's GPU operator is told: how nodes are cut, and how their accelerators are shared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.render.api_object import ApiObject
from bayplan.render.platform import device_plugin, mig_layouts
from bayplan.render.platform.device_plugin import plugin_configs
from bayplan.render.platform.mig_layouts import layouts_on
from bayplan.spec.mig import UNCUT
from bayplan.spec.sharing import WHOLE

if TYPE_CHECKING:
    from constructs import Construct

    from bayplan.render.api_object import Body
    from bayplan.spec.cluster import Cluster

NAME = "cluster-policy"
"""As the operator's chart calls it; the operator reads the oldest one and no other."""
SHARED = {"kustomize.toolkit.fluxcd.io/ssa": "Merge", "kustomize.toolkit.fluxcd.io/prune": "disabled"}
NEEDED = ("daemonsets", "dcgm", "dcgmExporter", "driver", "gfd", "nodeStatusExporter", "operator", "toolkit")
"""Parts without which the definition takes no policy; empty ones leave what the chart has said."""


class ClusterPolicy(ApiObject):
    """The part of the operator's policy that follows from the pools; all else is what its chart was installed with.

    Flux merges it into the policy that the chart makes, and never deletes that.
    Sources: <https://docs.nvidia.com/datacenter/cloud-native/gpu-operator/latest/gpu-operator-mig.html>,
    <https://fluxcd.io/flux/components/kustomize/kustomizations/#controlling-the-apply-behavior-of-resources>
    """

    def __init__(
        self,
        scope: Construct,
        id: str = "ClusterPolicy",  # noqa: A002 - as all constructs name it
        *,
        spec: Body,
        origin: str = "",
    ) -> None:
        body = {
            "apiVersion": "nvidia.com/v1",
            "kind": "ClusterPolicy",
            "metadata": {"name": NAME, "annotations": SHARED},  # the labels are those of the chart
            "spec": {**{part: {} for part in NEEDED}, "devicePlugin": {}, **spec},
        }
        super().__init__(scope, id, body=body, origin=origin)


def policy_of(cluster: Cluster) -> Body:
    """What the operator has to be told of a cluster; nothing where its chart says it all."""
    said: Body = {}
    if layouts_on(cluster):
        said["mig"] = {"strategy": "mixed"}
        said["migManager"] = {"enabled": True, "config": {"name": mig_layouts.NAME, "default": UNCUT}}
    if cluster.devices == "dra":
        said["devicePlugin"] = {"enabled": False}
    elif plugin_configs(cluster):
        said["devicePlugin"] = {"config": {"name": device_plugin.NAME, "default": WHOLE}}
    return said
