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
    """A PersistentVolumeClaim for one replica, or for many where it is shared.

    Flux never deletes it: what is on the volume is not in the repository.

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
        shared: bool = False,
        workload: str = "",
        origin: str = "",
    ) -> None:
        """`workload` is whose it is, where it is not called as that."""
        body: Body = {
            "apiVersion": "v1",
            "kind": "PersistentVolumeClaim",
            "metadata": {
                "name": name,
                "namespace": site.app,
                "labels": labels(site, workload or name),
                "annotations": {"kustomize.toolkit.fluxcd.io/prune": "disabled"},
            },
            "spec": claim_spec(size, storage_class, shared=shared),
        }
        super().__init__(scope, id, body=body, origin=origin)


def claim_spec(size: str, storage_class: str | None, *, shared: bool = False) -> Body:
    """What is claimed."""
    return {
        "accessModes": ["ReadWriteMany" if shared else "ReadWriteOnce"],
        "storageClassName": storage_class,
        "resources": {"requests": {"storage": size}},
    }


def storage_volume(storage: Spec | None, claim: str, volume: str = VOLUME) -> tuple[list[Body], list[Body]]:
    """Volumes and mounts; `claim` is what the claim of a new one is called: as its workload, where it has only one."""
    if storage is None:
        return [], []
    read_only = {"readOnly": True} if storage.read_only else {}
    source = {"claimName": storage.claim or claim, **read_only}
    mount = {"name": volume, "mountPath": storage.path, **read_only}
    # where each replica has its own, the StatefulSet brings it
    return [] if storage.each else [{"name": volume, "persistentVolumeClaim": source}], [mount]
