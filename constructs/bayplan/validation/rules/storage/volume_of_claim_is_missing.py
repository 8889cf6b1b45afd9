"""A claim names a volume that the cluster does not have.

It stays Pending, and so do the pods that mount it: with `volumeName` it waits for that one volume, and no other is made
for it. Commit the PersistentVolume, or leave the field out. A volume that a driver has made, and whose name was copied
from a cluster, is in no file: then it cannot be told.

Source: <https://kubernetes.io/docs/concepts/storage/persistent-volumes/#reserving-a-persistentvolume>
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bayplan.validation.cluster_wide import lack_in_cluster
from bayplan.validation.fields import text_at
from bayplan.validation.finding import Severity, Status
from bayplan.validation.rule import Hit, rule
from bayplan.validation.storage import CLAIM, VOLUME

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data, namespace: chat}
spec:
  volumeName: modells
  storageClassName: ""
  accessModes: [ReadWriteMany]
  resources: {requests: {storage: 1Gi}}
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: models}
spec:
  accessModes: [ReadWriteMany]
  capacity: {storage: 1Gi}
  nfs: {server: 10.0.0.1, path: /models}
"""
GOOD = BAD.replace("modells", "models")
MADE = re.compile(r"(pvc|vol)-[0-9a-f-]{8,}")
"""Names that drivers give."""


@rule(
    "STO007",
    severity=Severity.DOWN,
    rows=("W6",),
    kinds=(CLAIM,),
    fix="name a PersistentVolume of the cluster, or none",
)
def volume_of_claim_is_missing(claim: Manifest, world: World) -> Iterator[Hit]:
    """Look up the volume that a claim names."""
    name = text_at(claim.body, "spec", "volumeName")
    lack = lack_in_cluster(world, VOLUME, name) if name else None
    if lack is None:
        return
    message = f"waits for volume {name}, which the cluster does not have"
    if MADE.fullmatch(name):
        yield Hit("/spec/volumeName", f"{message} in any file, but a driver may have made it", Status.UNKNOWN)
    else:
        yield Hit("/spec/volumeName", message + lack.doubt, lack.status)
