"""A volume that outlives the replica, as a claim and as a pod says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.render.api_object import ApiObject
from bayplan.render.labels import labels

if TYPE_CHECKING:
    from constructs import Construct

    from bayplan.render.api_object import Body
    from bayplan.render.site import Site
    from bayplan.spec.traits.storage import Storage as Spec

VOLUME = "storage"


class Storage(ApiObject):
    """A PersistentVolumeClaim for one replica. Flux never deletes it: what is on the volume is not in the repository.

    Source: <https://fluxcd.io/flux/components/kustomize/kustomizations/#prune>
    """

    def __init__(
        self,
        scope: Construct,
        id: str = "PersistentVolumeClaim",  # noqa: A002 - as all constructs name it
        *,
        name: str,
        site: Site,
        size: str,
        storage_class: str | None,
        origin: str = "",
    ) -> None:
        body: Body = {
            "apiVersion": "v1",
            "kind": "PersistentVolumeClaim",
            "metadata": {
                "name": name,
                "namespace": site.app,
                "labels": labels(site, name),
                "annotations": {"kustomize.toolkit.fluxcd.io/prune": "disabled"},
            },
            "spec": {
                "accessModes": ["ReadWriteOnce"],
                "storageClassName": storage_class,
                "resources": {"requests": {"storage": size}},
            },
        }
        super().__init__(scope, id, body=body, origin=origin)


def storage_volume(storage: Spec | None, workload: str) -> tuple[list[Body], list[Body]]:
    """Volumes and mounts; a new volume has the name of its workload."""
    if storage is None:
        return [], []
    read_only = {"readOnly": True} if storage.read_only else {}
    claim = {"claimName": storage.claim or workload, **read_only}
    mount = {"name": VOLUME, "mountPath": storage.path, **read_only}
    return [{"name": VOLUME, "persistentVolumeClaim": claim}], [mount]
