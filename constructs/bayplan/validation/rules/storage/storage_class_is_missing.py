"""A claim asks for a class of storage that the cluster does not have.

No volume is ever made for it, and the pods that mount it stay Pending. Nobody refuses the claim: a class may come
later. Classes that clouds and distributions bring by themselves are known to be there; those of charts may be. Name a
class of the tree, or leave the field out to get the default one.

Source: <https://kubernetes.io/docs/concepts/storage/persistent-volumes/#class-1>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.fields import is_variable
from bayplan.validation.finding import Confidence, Severity
from bayplan.validation.pods import POD_KINDS
from bayplan.validation.rule import Hit, rule
from bayplan.validation.storage import CLAIM, CLASS, claims_asked_for, class_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data, namespace: chat}
spec:
  storageClassName: fasst
  accessModes: [ReadWriteOnce]
  resources: {requests: {storage: 1Gi}}
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: fast}
provisioner: ebs.csi.aws.com
"""
GOOD = BAD.replace("fasst", "fast")
BROUGHT = frozenset(
    {
        *("gp2", "gp3", "auto-ebs-sc"),
        *("standard", "standard-rwo", "premium-rwo", "enterprise-rwx", "enterprise-multishare-rwx", "premium-rwx"),
        *("standard-rwx", "zonal-rwx", "parallelstore-rwx", "hyperdisk-balanced", "dynamic-rwo", "basic-rwx"),
        *("default", "managed", "managed-csi", "managed-csi-premium", "managed-premium", "azurefile"),
        *(
            "azurefile-csi",
            "azurefile-csi-premium",
            "azurefile-premium",
            "azureblob-fuse-premium",
            "azureblob-nfs-premium",
        ),
        *("local-path", "hostpath", "docker-desktop", "microk8s-hostpath", "do-block-storage", "hcloud-volumes"),
        *("linode-block-storage", "linode-block-storage-retain", "vultr-block-storage", "scw-bssd", "oci-bv", "oci"),
        *("exoscale-sbs", "civo-volume", "csi-cinder-high-speed", "csi-cinder-classic", "ibmc-block-gold"),
    }
)
"""Classes that come with a cluster of a cloud or a distribution."""


@rule(
    "STO002",
    severity=Severity.DOWN,
    rows=("W6",),
    kinds=tuple(sorted({CLAIM, *POD_KINDS})),
    confidence=Confidence.MEDIUM,
    fix="name a StorageClass that the cluster has, or commit it",
)
def storage_class_is_missing(asking: Manifest, world: World) -> Iterator[Hit]:
    """Look up the class of a claim, and of all claims that a workload makes."""
    known = world.cluster.storage if world.cluster else {}
    if not known and not world.by_kind.get(CLASS):
        return  # nobody says which classes there are
    for who, body, where in claims_asked_for(asking, world.pods.made_by(asking)):
        name = class_of(body)
        if not name or name in known or name in BROUGHT or name in world.storage.static_classes or is_variable(name):
            continue
        lack = world.lack(CLASS, "", name)
        if lack is not None:
            message = f"{who} asks for storage class {name}, which the cluster does not have{lack.doubt}"
            yield Hit(f"{where}/storageClassName", message, lack.status)
