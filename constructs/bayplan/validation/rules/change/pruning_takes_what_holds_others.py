"""Pruning deletes an object that holds data or other objects.

A Flux Kustomization with `prune: true` deletes what is not in its set any more. With a Namespace goes everything in
it, with a CustomResourceDefinition every object of its kind in the whole cluster, with a claim or a database its data;
a file that was renamed, moved or left out of a kustomization.yaml by mistake is enough. If it is to go, say so with a
waiver; if not, put it back, or let it stay with the annotation `kustomize.toolkit.fluxcd.io/prune: disabled`, one
commit before.

Source: <https://fluxcd.io/flux/components/kustomize/kustomizations/#prune>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.changes import says
from bayplan.validation.finding import Confidence, Severity, Status
from bayplan.validation.kinds import kind_of
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

SYNC = """
# file: flux/apps.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: apps, namespace: flux-system}
spec:
  interval: 10m
  path: ./apps
  prune: true
  sourceRef: {kind: GitRepository, name: flux-system}
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: flux-system, namespace: flux-system}
spec: {interval: 1m, url: "https://git.example.com/a/b"}
---
apiVersion: v1
kind: Namespace
metadata: {name: flux-system}
# file: apps/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: web, namespace: flux-system}
data: {greeting: hello}
""".lstrip()
BASE = f"""{SYNC}# file: apps/archive.yaml
apiVersion: v1
kind: Namespace
metadata: {{name: archive}}
"""
BAD = SYNC
GOOD = SYNC.replace("prune: true", "prune: false")

HOLDS: dict[str, str] = {
    "CephBlockPool.ceph.rook.io": "the data in it",
    "CephCluster.ceph.rook.io": "the data in it",
    "CephFilesystem.ceph.rook.io": "the data in it",
    "CephObjectStore.ceph.rook.io": "the data in it",
    "Cluster.postgresql.cnpg.io": "the database",
    "CustomResourceDefinition.apiextensions.k8s.io": "every object of its kind in the cluster",
    "Elasticsearch.elasticsearch.k8s.elastic.co": "the data in it",
    "Kafka.kafka.strimzi.io": "the topics and their messages",
    "KafkaTopic.kafka.strimzi.io": "the messages in it",
    "MariaDB.k8s.mariadb.com": "the database",
    "Namespace": "everything in it",
    "ObjectBucketClaim.objectbucket.io": "the objects in it",
    "PerconaServerMongoDB.psmdb.percona.com": "the database",
    "PerconaXtraDBCluster.pxc.percona.com": "the database",
    "PersistentVolume": "the way to its data",
    "PersistentVolumeClaim": "the data in it",
    "PostgresCluster.postgres-operator.crunchydata.com": "the database",
    "RabbitmqCluster.rabbitmq.com": "the messages in it",
    "postgresql.acid.zalan.do": "the database",
}
"""Kinds to what goes with an object of them."""


@rule(
    "CHG003",
    severity=Severity.SYNC,
    rows=("F7",),
    confidence=Confidence.MEDIUM,
    kinds=("Kustomization.kustomize.toolkit.fluxcd.io",),
    needs_base=True,
    fix="Put it back, or let it stay with kustomize.toolkit.fluxcd.io/prune: disabled one commit before it leaves",
)
def pruning_takes_what_holds_others(sync: Manifest, world: World) -> Iterator[Hit]:
    """Yield every object with others or data in it that has left the set of a Flux Kustomization that prunes."""
    if world.changes is None:
        return
    for gone in world.changes.left.get(sync.ref, ()):
        lost = HOLDS.get(kind_of(gone))
        if lost is None or says(gone, "prune", "disabled") or says(gone, "reconcile", "disabled"):
            continue
        doubt = world.changes.doubt(gone) or next(iter(world.gaps), "")
        yield Hit(
            "/spec/prune",
            f"deletes {gone.ref}, which stood in {gone.file}, and with it {lost}{doubt and f', but {doubt}'}",
            Status.UNKNOWN if doubt else Status.BROKEN,
        )
