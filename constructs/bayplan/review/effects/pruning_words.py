"""What goes with an object that is deleted, in words, and how much that should worry a reviewer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.review.effects.data_reclaim import reclaim_of
from bayplan.review.review import Weight
from bayplan.validation.fields import text_at, value_at
from bayplan.validation.kinds import kind_of
from bayplan.validation.storage import CLAIM

if TYPE_CHECKING:
    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

GOES: dict[str, str] = {
    "Certificate.cert-manager.io": "; its Secret stays, and is not renewed any more",
    "CronJob.batch": "; the runs that have begun are stopped, and no more begin",
    "ExternalSecret.external-secrets.io": " with the Secret that it keeps",
    "GitRepository.source.toolkit.fluxcd.io": "; what takes its files from it stands still, and deletes nothing",
    "HorizontalPodAutoscaler.autoscaling": "; the replicas stay as many as they are at that moment",
    "Ingress.networking.k8s.io": "; what it lets in from outside is answered no more",
    "Job.batch": "; what it has not finished is stopped",
    "Kustomization.kustomize.toolkit.fluxcd.io": "; what becomes of its objects is told of each",
    "PodDisruptionBudget.policy": "; a drain does not wait for its pods any more",
    "ScaledObject.keda.sh": " with the autoscaler that it makes",
    "SealedSecret.bitnami.com": " with the Secret that is made of it",
    "Service": "; its name and address lead nowhere",
    "ServiceAccount": "; its tokens are taken by nobody any more",
}
"""Kind to what goes with it, or does not."""
CAREFUL = {
    "CephBlockPool.ceph.rook.io": "Rook refuses while images are in the pool",
    "CephCluster.ceph.rook.io": "Rook waits for all that depends on it, and wipes disks only where it was told so",
    "CephFilesystem.ceph.rook.io": "Rook may be told to keep its pools",
    "CephObjectStore.ceph.rook.io": "Rook refuses while buckets are in the store",
    "Elasticsearch.elasticsearch.k8s.elastic.co": "volumeClaimDeletePolicy may keep the claims",
    "Kafka.kafka.strimzi.io": "Strimzi keeps the claims unless deleteClaim says otherwise",
    "MariaDB.k8s.mariadb.com": "its claims may be kept",
    "PerconaServerMongoDB.psmdb.percona.com": "the operator keeps the claims unless a finalizer says otherwise",
    "PerconaXtraDBCluster.pxc.percona.com": "the operator keeps the claims unless a finalizer says otherwise",
    "postgresql.acid.zalan.do": "the operator may be told to keep the claims",
}
"""Kinds whose operators may keep the data, and what decides it."""
QUIET = frozenset(
    {
        *("ConfigMap", "LimitRange", "ResourceQuota", "Secret", "ServiceAccount"),
        *("HorizontalPodAutoscaler.autoscaling", "PodDisruptionBudget.policy", "ScaledObject.keda.sh"),
        *("PrometheusRule.monitoring.coreos.com", "ServiceMonitor.monitoring.coreos.com"),
        *("PodMonitor.monitoring.coreos.com", "PriorityClass.scheduling.k8s.io"),
    }
)
"""Kinds of which nobody notices who does not name them; where somebody does, a finding of the check says so."""


WITH = {
    "CustomResourceDefinition.apiextensions.k8s.io": " with every object of its kind",
    "Namespace": " with everything in it",
}
"""Kind to what goes with it, always."""


def counted(gone: Manifest, pods: int | None) -> str:
    """How many pods end, or what else goes."""
    if kind_of(gone) in WITH:
        return WITH[kind_of(gone)]
    if pods is None:
        return " with all its pods"
    if not pods or kind_of(gone) in ("Job.batch", "CronJob.batch"):
        return ""
    return " with its pod" if pods == 1 else f" with its {pods} pods"


def goes_with(gone: Manifest) -> str:
    """What else goes, or stays."""
    kind = kind_of(gone)
    if kind == "Service" and text_at(gone.body, "spec", "type") == "LoadBalancer":
        return "; its load balancer is given back, and its address from outside is lost"
    if kind == "HelmRelease.helm.toolkit.fluxcd.io":
        if value_at(gone.body, "spec", "suspend") is True:
            return "; it is suspended, so that what its chart has made stays"
        return "; its chart is uninstalled: all that it made goes, but for its CRDs and the claims of its StatefulSets"
    if kind == "StorageClass.storage.k8s.io":
        return "; volumes that it has made stay, and it makes no more"
    return GOES.get(kind, "")


def weight_of(gone: Manifest, pods: int | None, world: World) -> Weight:
    """How much a reviewer should care; where data are surely lost, that is told by itself."""
    kind = kind_of(gone)
    if kind in CAREFUL or (kind == CLAIM and not reclaim_of(world, gone).policy):
        return Weight.DANGER
    return Weight.NOTE if kind in QUIET and not pods else Weight.ATTENTION
