"""The kinds of accelerators that pods can claim."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.render.api_object import Part
from bayplan.render.labels import MANAGED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from constructs import Construct


class DeviceClasses(Part):
    """A DeviceClass for each model and each slice that nodes of the cluster have, by the attributes of its devices.

    The driver's own classes know neither: a quota of a team counts by class.
    Source: <https://kubernetes.io/docs/concepts/scheduling-eviction/dynamic-resource-allocation/#deviceclass>
    """

    def __init__(
        self,
        scope: Construct,
        id: str = "DeviceClasses",  # noqa: A002 - as all constructs name it
        *,
        classes: Mapping[str, str],
        origin: str = "",
    ) -> None:
        bodies = [
            {
                "apiVersion": "resource.k8s.io/v1",
                "kind": "DeviceClass",
                "metadata": {"name": name, "labels": MANAGED},
                "spec": {"selectors": [{"cel": {"expression": expression}}]},
            }
            for name, expression in classes.items()
        ]
        super().__init__(scope, id, bodies=bodies, origin=origin)
