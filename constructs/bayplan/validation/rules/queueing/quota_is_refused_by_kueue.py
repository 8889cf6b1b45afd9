"""Kueue's webhook refuses the quotas of a queue.

Schemas cannot say it, the webhook of Kueue does: each flavor names its resources in the order of `coveredResources`; a
resource and a flavor stand in one group only; nobody lends more than its own, and limits are only of those that have a
cohort, or a parent; nothing is negative; a check names flavors of its queue. Flux cannot apply the object, and nothing
that comes after it in the same Kustomization.

Source: <https://kueue.sigs.k8s.io/docs/concepts/cluster_queue/#flavors-and-resources>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.manifests.pointer import pointer
from bayplan.validation.fields import is_variable, mapping_at, mappings_at, text_at, words_at
from bayplan.validation.finding import Severity
from bayplan.validation.queues import CLUSTER_QUEUE, GROUP, borrows, quotas_in
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.queues import Quota
    from bayplan.validation.world import World

BAD = """
apiVersion: kueue.x-k8s.io/v1beta2
kind: ClusterQueue
metadata: {name: research}
spec:
  cohortName: everybody
  namespaceSelector: {}
  resourceGroups:
    - coveredResources: [cpu, nvidia.com/gpu]
      flavors:
        - name: l4
          resources:
            - {name: cpu, nominalQuota: "64"}
            - {name: nvidia.com/gpu, nominalQuota: "8", lendingLimit: "9"}
---
apiVersion: kueue.x-k8s.io/v1beta2
kind: ResourceFlavor
metadata: {name: l4}
spec: {nodeLabels: {example.com/accelerator: l4}}
"""
GOOD = BAD.replace('lendingLimit: "9"', 'lendingLimit: "8"')
COHORT = f"Cohort.{GROUP}"
LIMITS = ("borrowingLimit", "lendingLimit")


@rule(
    "QUE012",
    severity=Severity.SYNC,
    rows=("G5", "D1"),
    kinds=(CLUSTER_QUEUE, COHORT),
    fix="mend the quota as the message says",
)
def quota_is_refused_by_kueue(queue: Manifest, world: World) -> Iterator[Hit]:
    """Go through what the webhook looks at (Kueue 0.19.2, pkg/webhooks), group by group."""
    del world
    yield from named_twice(queue)
    for index, group in mappings_at(queue.body, "spec", "resourceGroups"):
        covered = words_at(group, "coveredResources")
        for number, flavor in mappings_at(group, "flavors"):
            for place, item in mappings_at(flavor, "resources"):
                if place < len(covered) and text_at(item, "name") != covered[place]:
                    where = pointer("spec", "resourceGroups", index, "flavors", number, "resources", place, "name")
                    yield Hit(where, f"has {text_at(item, 'name')} where coveredResources has {covered[place]}")
    for quota in quotas_in(queue):
        yield from wrong_amounts(queue, quota)
    yield from strange_checks(queue)


def named_twice(queue: Manifest) -> Iterator[Hit]:
    """Resources and flavors that stand in two groups, or twice in one."""
    resources, flavors = set[str](), set[str]()
    for index, group in mappings_at(queue.body, "spec", "resourceGroups"):
        for number, name in enumerate(words_at(group, "coveredResources")):
            if name in resources:
                where = pointer("spec", "resourceGroups", index, "coveredResources", number)
                yield Hit(where, f"covers {name} twice")
            resources.add(name)
        for number, flavor in mappings_at(group, "flavors"):
            name = text_at(flavor, "name")
            if name in flavors and not is_variable(name):
                where = pointer("spec", "resourceGroups", index, "flavors", number, "name")
                yield Hit(where, f"has flavor {name} twice: all that pods need of a flavor stands in one group")
            flavors.add(name)


def wrong_amounts(queue: Manifest, quota: Quota) -> Iterator[Hit]:
    """Amounts below nothing, limits of who has nobody to borrow from, and more lent than is there."""
    item, amounts = quota.item, quota.amounts
    is_queue = queue.ref.kind == "ClusterQueue"
    alone = not (borrows(queue) or text_at(queue.body, "spec", "parentName") or text_at(queue.body, "spec", "parent"))
    for word, amount in amounts.items():
        if amount < 0:
            yield Hit(pointer(*quota.path, word), f"{word} {item[word]} is less than nothing")
        elif alone and word in LIMITS and (word, is_queue) != ("borrowingLimit", True):  # that its schema says
            yield Hit(pointer(*quota.path, word), f"has a {word}, and no {'cohort' if is_queue else 'parent'}")
    lent, own = amounts.get("lendingLimit", 0), amounts.get("nominalQuota", 0)
    if is_queue and not alone and lent > max(own, 0):
        said = f"lends {item['lendingLimit']} {quota.resource}, and has {item.get('nominalQuota', 0)}"
        yield Hit(pointer(*quota.path, "lendingLimit"), said)


def strange_checks(queue: Manifest) -> Iterator[Hit]:
    """Admission checks on flavors that the queue has not."""
    groups = [group for _, group in mappings_at(queue.body, "spec", "resourceGroups")]
    known = {text_at(flavor, "name") for group in groups for _, flavor in mappings_at(group, "flavors")}
    strategy = mapping_at(queue.body, "spec", "admissionChecksStrategy")
    for index, check in mappings_at(strategy, "admissionChecks"):
        for number, name in enumerate(words_at(check, "onFlavors")):
            if name not in known and not is_variable(name):
                path = ("spec", "admissionChecksStrategy", "admissionChecks", index, "onFlavors", number)
                said = f"checks flavor {name}, and the queue has {', '.join(sorted(known)) or 'none'}"
                yield Hit(pointer(*path), said)
