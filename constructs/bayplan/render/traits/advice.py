"""Which resources replicas really use, watched and advised by the cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.render.api_object import ApiObject
from bayplan.render.labels import labels

if TYPE_CHECKING:
    from constructs import Construct

    from bayplan.render.site import Site
    from bayplan.render.traits.autoscale import Scaled


class Advice(ApiObject):
    """A VerticalPodAutoscaler that only recommends: what it would change, the plan has not seen.

    Source: <https://github.com/kubernetes/autoscaler/blob/master/vertical-pod-autoscaler/docs/quickstart.md>
    """

    def __init__(
        self,
        scope: Construct,
        id: str = "VerticalPodAutoscaler",  # noqa: A002 - as all constructs name it
        *,
        name: str,
        site: Site,
        scaled: Scaled,
        container: str,
        part: str = "",
        origin: str = "",
    ) -> None:
        """`name` is that of what is `scaled`; only the program's `container` is watched, the mesh's proxy is not."""
        body = {
            "apiVersion": "autoscaling.k8s.io/v1",
            "kind": "VerticalPodAutoscaler",
            "metadata": {"name": name, "namespace": site.app, "labels": labels(site, container, part)},
            "spec": {
                "targetRef": {"apiVersion": scaled.api_version, "kind": scaled.kind, "name": scaled.name or name},
                "updatePolicy": {"updateMode": "Off"},
                "resourcePolicy": {
                    "containerPolicies": [
                        {
                            "containerName": scaled.container or container,
                            "mode": "Auto",
                            "controlledResources": ["cpu", "memory"],
                        },
                        {"containerName": "*", "mode": "Off"},
                    ]
                },
            },
        }
        super().__init__(scope, id, body=body, origin=origin)
