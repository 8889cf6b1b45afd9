"""The container runtimes that accelerators need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.render.api_object import Part
from bayplan.render.labels import MANAGED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from constructs import Construct

    from bayplan.spec.cluster import Cluster

OF_OPERATOR = "nvidia"
"""RuntimeClasses that begin so are the GPU operator's own where it is among the controllers."""


class RuntimeClasses(Part):
    """A RuntimeClass for each runtime that a pool says, whose handler has its name.

    Source: <https://kubernetes.io/docs/concepts/containers/runtime-class/>
    """

    def __init__(
        self,
        scope: Construct,
        id: str = "RuntimeClasses",  # noqa: A002 - as all constructs name it
        *,
        names: Iterable[str],
        origin: str = "",
    ) -> None:
        bodies = [
            {
                "apiVersion": "node.k8s.io/v1",
                "kind": "RuntimeClass",
                "metadata": {"name": name, "labels": MANAGED},
                "handler": name,
            }
            for name in names
        ]
        super().__init__(scope, id, bodies=bodies, origin=origin)


def runtimes_on(cluster: Cluster) -> list[str]:
    """The runtimes of a cluster's pools that nobody else brings, sorted."""
    names = {pool.runtime for pool in cluster.pools if pool.runtime}
    has_operator = "gpu-operator" in cluster.controllers
    return sorted(name for name in names if not (has_operator and name.startswith(OF_OPERATOR)))
