"""The layouts into which accelerators are cut, for NVIDIA's MIG manager."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.render.api_object import ApiObject
from bayplan.spec.machine import machine_of
from bayplan.spec.mig import UNCUT, profiles_of
from bayplan.spec.variants import layouts_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from constructs import Construct

    from bayplan.spec.cluster import Cluster

    Layouts = Mapping[str, Mapping[str, Mapping[str, int]]]
    """By name, and by the largest slice of an accelerator, which tells its model: slices on each."""

NAME = "bayplan-mig-layouts"
DEVICES = {
    "4g.24gb": ("0x20B710DE",),
    "4g.96gb": ("0x2BB510DE",),
    "7g.40gb": ("0x20B010DE", "0x20B110DE", "0x20F110DE", "0x20F610DE"),
    "7g.80gb": (
        "0x20B210DE", "0x20B510DE", "0x20F310DE", "0x20F510DE", "0x232210DE", "0x232410DE", "0x233010DE", "0x233110DE",
    ),
    "7g.94gb": ("0x232110DE", "0x233A10DE"),
    "7g.96gb": ("0x20B610DE", "0x232910DE", "0x233D10DE", "0x234210DE"),
    "7g.141gb": ("0x233510DE", "0x233B10DE"),
    "7g.180gb": ("0x290110DE",),
    "7g.186gb": ("0x294110DE",),
    "7g.269gb": ("0x318210DE",),
    "7g.278gb": ("0x31C210DE",),
}  # fmt: skip
"""PCI ids of accelerators by their largest slice, from all-balanced in mig-parted's config-default.yaml at bd7160f."""


class MigLayouts(ApiObject):
    """A ConfigMap with every layout that nodes of the cluster may have, by the name that their label says.

    The GPU operator takes it in place of its own by its ClusterPolicy. Its own does not know layouts that mix slices
    otherwise than "balanced".
    Source: <https://docs.nvidia.com/datacenter/cloud-native/gpu-operator/latest/gpu-operator-mig.html>
    """

    def __init__(
        self,
        scope: Construct,
        id: str = "MigLayouts",  # noqa: A002 - as all constructs name it
        *,
        namespace: str,
        layouts: Layouts,
        origin: str = "",
    ) -> None:
        body = {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {
                "name": NAME,
                "namespace": namespace,
                "labels": {"app.kubernetes.io/managed-by": "bayplan"},
            },
            "data": {"config.yaml": _config(layouts)},
        }
        super().__init__(scope, id, body=body, origin=origin)


def layouts_on(cluster: Cluster) -> Layouts:
    """Every layout that a pool of the cluster may have, by name; none where no pool is cut."""
    found: dict[str, dict[str, Mapping[str, int]]] = {}
    for pool in cluster.pools:
        if pool.mig is not None:
            machine = machine_of(cluster, pool)
            profiles = profiles_of(machine.accelerator, machine.accelerator_memory_mib)
            for name, slices in {UNCUT: {}, **layouts_of(pool, profiles)}.items():
                found.setdefault(name, {})[profiles[-1].name] = slices
    return dict(sorted(found.items()))


def _config(layouts: Layouts) -> str:
    lines = ["version: v1", "mig-configs:"]
    for name, by_largest in layouts.items():
        lines.append(f'  "{name}":')
        # all-balanced is another thing on every model: only then models have to be told apart
        differ = any(slices != next(iter(by_largest.values())) for slices in by_largest.values())
        for largest, slices in sorted(by_largest.items()) if differ else [("", next(iter(by_largest.values())))]:
            lines += _entry(slices, DEVICES.get(largest, ()))
    return "\n".join(lines) + "\n"


def _entry(slices: Mapping[str, int], devices: tuple[str, ...]) -> Iterator[str]:
    if devices:
        quoted = ", ".join(f'"{device}"' for device in devices)
        yield f"    - device-filter: [{quoted}]"
    yield f"    {' ' if devices else '-'} devices: all"
    yield f"      mig-enabled: {'true' if slices else 'false'}"
    if slices:
        yield "      mig-devices:"
        yield from (f'        "{profile}": {count}' for profile, count in slices.items())
