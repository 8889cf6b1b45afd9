"""Objects and storage of a namespace, as quotas count them.

Source: <https://kubernetes.io/docs/concepts/policy/resource-quotas/#quota-on-object-count>
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from bayplan.validation.amounts import amounts_in
from bayplan.validation.fields import mapping_at, mappings_at, text_at, whole_at
from bayplan.validation.kinds import kind_of
from bayplan.validation.once import once

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

WORDS = {
    "ConfigMap": ("configmaps", "count/configmaps"),
    "CronJob.batch": ("count/cronjobs.batch",),
    "Deployment.apps": ("count/deployments.apps",),
    "Ingress.networking.k8s.io": ("count/ingresses.networking.k8s.io",),
    "Job.batch": ("count/jobs.batch",),
    "PersistentVolumeClaim": ("persistentvolumeclaims", "count/persistentvolumeclaims"),
    "ReplicationController": ("replicationcontrollers", "count/replicationcontrollers"),
    "ResourceQuota": ("resourcequotas",),
    "Secret": ("secrets", "count/secrets"),
    "Service": ("services", "count/services"),
    "StatefulSet.apps": ("count/statefulsets.apps",),
}
"""Kind to the names under which quotas count its objects."""


@once
def stored_by_namespace(world: World) -> Mapping[str, Counter[str]]:
    """What the objects of each namespace use up, in thousandths, without those that others make."""
    found: dict[str, Counter[str]] = {}
    for ref, same in world.inventory.by_ref.items():
        manifest = same[0]
        kind = kind_of(manifest)
        if kind in WORDS and not world.draft_of(manifest):
            used = found.setdefault(ref.namespace, Counter())
            used.update(dict.fromkeys(WORDS[kind], 1000))
            used.update(dict(more(manifest, kind)))
    return found


def more(manifest: Manifest, kind: str) -> Iterator[tuple[str, int]]:
    """What one object uses up beside being there: addresses, storage."""
    if kind == "Service" and text_at(manifest.body, "spec", "type") == "LoadBalancer":
        yield "services.loadbalancers", 1000
    if kind == "PersistentVolumeClaim":
        yield from claimed(manifest.body, 1)
    if kind == "StatefulSet.apps":
        replicas = whole_at(manifest.body, "spec", "replicas")
        total: Counter[str] = Counter()
        for _, template in mappings_at(manifest.body, "spec", "volumeClaimTemplates"):
            total.update(dict(claimed(template, 1 if replicas is None else replicas)))
            total["persistentvolumeclaims"] += 1000 * (1 if replicas is None else replicas)
        yield from total.items()


def claimed(claim: Mapping[str, object], times: int) -> Iterator[tuple[str, int]]:
    """The storage of a claim, in all and of its class."""
    asked = amounts_in(mapping_at(claim, "spec", "resources", "requests")).get("storage", 0) * times
    yield "requests.storage", asked
    if name := text_at(claim, "spec", "storageClassName"):
        yield f"{name}.storageclass.storage.k8s.io/requests.storage", asked
        yield f"{name}.storageclass.storage.k8s.io/persistentvolumeclaims", 1000 * times
