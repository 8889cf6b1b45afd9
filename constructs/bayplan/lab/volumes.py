"""Volumes of a lab: nobody makes any here, so that enough of each class lie ready before the first is asked for.

They are real to the API server, to the binder and to the scheduler, which waits for a pod before it takes one; no disk
is behind them, as no program runs in a lab.
Source: <https://kubernetes.io/docs/concepts/storage/persistent-volumes/#static>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.lab.api import Api, Body
    from bayplan.spec.cluster import Cluster

OF_EACH_CLASS = 24
SIZE = "64Ti"
"""Larger than any claim: the binder takes the first that is large enough."""


def add_volumes(api: Api, cluster: Cluster) -> None:
    """The cluster's storage classes, and volumes of each."""
    for name in sorted(cluster.storage):
        for body in volumes_of(name):
            api.apply(body)


def volumes_of(storage_class: str) -> Iterator[Body]:
    """One storage class, and the volumes that lie ready for it."""
    yield {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {"name": storage_class},
        "provisioner": "kubernetes.io/no-provisioner",
        "volumeBindingMode": "WaitForFirstConsumer",
    }
    for number in range(OF_EACH_CLASS):
        name = f"{storage_class}-{number}"
        yield {
            "apiVersion": "v1",
            "kind": "PersistentVolume",
            "metadata": {"name": name},
            "spec": {
                "storageClassName": storage_class,
                "capacity": {"storage": SIZE},
                "accessModes": ["ReadWriteOnce", "ReadWriteMany", "ReadOnlyMany"],
                "persistentVolumeReclaimPolicy": "Retain",
                "hostPath": {"path": f"/volumes/{name}"},
            },
        }
