"""What kinds of workloads need of the controllers of a cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.spec.wrong import Wrong

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.spec.cluster import Cluster

NATIVE_SIDECARS = (1, 24)
"""Istio that takes `sidecar.istio.io/nativeSidecar`: https://istio.io/latest/news/releases/1.24.x/announcing-1.24/change-notes/"""


def absent(cluster: Cluster, who: str, controller: str, why: str) -> Iterator[Wrong]:
    """Says that a cluster does not have a controller, where it does not."""
    if controller not in cluster.controllers:
        what = f"{who} needs {controller}, {why}; cluster {cluster.name} has none"
        fix = f"Add {controller} with its version to the cluster's controllers, or name other clusters for the app."
        yield Wrong(what=what, fix=fix, at="/kind")


def unending(cluster: Cluster, who: str) -> Iterator[Wrong]:
    """Says that a mesh is too old for what ends: its proxy would run on, and no pod would ever be complete.

    Newer ones take the annotation that rendered pods carry; since 1.27 proxies end with the program by themselves.
    """
    version = cluster.controllers.get("istio")
    if version and version_of(version) < NATIVE_SIDECARS:
        what = f"{who} would never end on cluster {cluster.name}: the proxy of istio {version} outlives the program"
        yield Wrong(what=what, fix="Upgrade istio to 1.24 or newer.", at="/kind")


def version_of(text: str) -> tuple[int, int]:
    """Major and minor version."""
    major, minor = text.split(".")[:2]
    return int(major), int(minor)
