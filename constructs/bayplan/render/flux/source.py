"""Where Flux reads the repository from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.render.api_object import ApiObject
from bayplan.render.labels import MANAGED
from bayplan.render.platform.namespace import KEEP

if TYPE_CHECKING:
    from constructs import Construct

    from bayplan.spec.cluster import Source as Spec

NAMESPACE = "flux-system"
NAME = "bayplan"
"""Of the source of every Kustomization."""


class Source(ApiObject):
    """A GitRepository. Without it nothing could be changed any more, so Flux never prunes it."""

    def __init__(
        self,
        scope: Construct,
        id: str = "GitRepository",  # noqa: A002 - as all constructs name it
        *,
        source: Spec,
        origin: str = "",
    ) -> None:
        body = {
            "apiVersion": "source.toolkit.fluxcd.io/v1",
            "kind": "GitRepository",
            "metadata": {"name": NAME, "namespace": NAMESPACE, "labels": MANAGED, "annotations": KEEP},
            "spec": {
                "interval": "1m0s",
                "timeout": "1m0s",
                "url": source.url,
                "ref": {"branch": source.branch},
                "secretRef": {"name": source.secret} if source.secret else None,
            },
        }
        super().__init__(scope, id, body=body, origin=origin)
