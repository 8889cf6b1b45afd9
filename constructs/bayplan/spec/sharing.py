"""How NVIDIA's device plugin is told on which nodes several pods share an accelerator.

Source: <https://github.com/NVIDIA/k8s-device-plugin#updating-per-node-configuration-with-a-node-label>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bayplan.spec.cluster import Sharing

PLUGIN_LABEL = "nvidia.com/device-plugin.config"
"""Label of a node by which the plugin finds its configuration."""
WHOLE = "whole"
"""Configuration of nodes whose accelerators belong to one pod each: of all that carry no label."""


def plugin_config(sharing: Sharing | None) -> str:
    """Name of the configuration of a pool's nodes: `turns-4`, `mps-4-renamed`."""
    if sharing is None:
        return WHOLE
    return f"{'mps' if sharing.mps else 'turns'}-{sharing.replicas}{'-renamed' if sharing.renamed else ''}"
