"""Kueue: which queue a workload waits in, and what stands behind that.

Read in Kueue 0.19. A Cohort need not exist: queues that name one share its quota all the same.

Source: <https://kueue.sigs.k8s.io/docs/concepts/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from bayplan.manifests.pointer import pointer
from bayplan.manifests.ref import Ref
from bayplan.validation.amounts import amounts_in
from bayplan.validation.fields import is_variable, mapping_at, mappings_at, text_at, texts_at, words_at
from bayplan.validation.kinds import kind_of
from bayplan.validation.pods import WORKLOAD_KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

GROUP = "kueue.x-k8s.io"
LOCAL_QUEUE = f"LocalQueue.{GROUP}"
CLUSTER_QUEUE = f"ClusterQueue.{GROUP}"
RESOURCE_FLAVOR = f"ResourceFlavor.{GROUP}"
QUEUE_LABEL = f"{GROUP}/queue-name"
PRIORITY_LABEL = f"{GROUP}/priority-class"
QUEUED_KINDS = (*WORKLOAD_KINDS, "AppWrapper.workload.codeflare.dev")
AMOUNTS = ("nominalQuota", "borrowingLimit", "lendingLimit")
PLACES = {"CronJob.batch": ("spec", "jobTemplate", "metadata", "labels")}
"""Kinds that carry the labels for Kueue elsewhere than in their own metadata."""


class Choice(NamedTuple):
    """A label with which a workload chooses something of Kueue's."""

    name: str
    pointer: str


def chosen(workload: Manifest, label: str) -> Choice | None:
    """What a workload names under a label; None where it names nothing, or only later."""
    path = PLACES.get(kind_of(workload), ("metadata", "labels"))
    for place in (path, ("spec", "template", "metadata", "labels")):
        name = texts_at(workload.body, *place).get(label, "")
        if name:
            return None if is_variable(name) else Choice(name, pointer(*place, label))
    return None


def found(world: World, kind: str, namespace: str, name: str) -> Manifest | None:
    """The one object of a name, if it is in the tree and not changed on its way."""
    plain, _, group = kind.partition(".")
    same = world.inventory.by_ref.get(Ref(group, plain, namespace, name), ())
    return same[0] if len(same) == 1 and not world.draft_of(same[0]) else None


def cluster_queue_of(workload: Manifest, world: World) -> Manifest | None:
    """The ClusterQueue behind the queue that a workload names."""
    choice = chosen(workload, QUEUE_LABEL)
    local = found(world, LOCAL_QUEUE, workload.ref.namespace, choice.name) if choice else None
    return found(world, CLUSTER_QUEUE, "", text_at(local.body, "spec", "clusterQueue")) if local else None


class Quota(NamedTuple):
    """What a ClusterQueue or a Cohort has of one resource in one flavor."""

    path: tuple[str | int, ...]
    flavor: str
    resource: str
    item: dict[str, Any]
    """As it is written."""

    @property
    def amounts(self) -> dict[str, int]:
        """The nominal quota and its limits, as far as they are said, in thousandths."""
        return amounts_in({word: self.item[word] for word in AMOUNTS if self.item.get(word) is not None})

    @property
    def nominal(self) -> int:
        """Its own, in thousandths."""
        return self.amounts.get("nominalQuota", 0)


def quotas_in(owner: Manifest) -> Iterator[Quota]:
    """Every quota, in the order of the file."""
    for index, group in mappings_at(owner.body, "spec", "resourceGroups"):
        for number, flavor in mappings_at(group, "flavors"):
            for place, item in mappings_at(flavor, "resources"):
                path = ("spec", "resourceGroups", index, "flavors", number, "resources", place)
                yield Quota(path, text_at(flavor, "name"), text_at(item, "name"), item)


def quotas_of(queue: Manifest) -> dict[str, int]:
    """Every resource that a ClusterQueue covers, with the most that one of its flavors has, in thousandths."""
    groups = mappings_at(queue.body, "spec", "resourceGroups")
    quotas = {name: 0 for _, group in groups for name in words_at(group, "coveredResources")}
    for one in quotas_in(queue):
        quotas[one.resource] = max(quotas.get(one.resource, 0), one.nominal)
    return quotas


def cohort_of(queue: Manifest) -> str:
    """The cohort that a ClusterQueue is in, as both versions of its API write it."""
    return text_at(queue.body, "spec", "cohortName") or text_at(queue.body, "spec", "cohort")


def borrows(queue: Manifest) -> bool:
    """Whether it may use the quota of others: it is in a cohort."""
    return bool(cohort_of(queue))


class Link(NamedTuple):
    """Something that one of Kueue's objects names."""

    kind: str
    name: str
    pointer: str


def links_of(manifest: Manifest) -> Iterator[Link]:
    """Everything that must exist for an object of Kueue's to become active."""
    body = manifest.body
    match kind_of(manifest).partition(".")[0]:
        case "LocalQueue":
            yield Link(CLUSTER_QUEUE, text_at(body, "spec", "clusterQueue"), "/spec/clusterQueue")
        case "ResourceFlavor":
            yield Link(f"Topology.{GROUP}", text_at(body, "spec", "topologyName"), "/spec/topologyName")
        case "AdmissionCheck":
            kind = text_at(body, "spec", "parameters", "kind")
            group = text_at(body, "spec", "parameters", "apiGroup")
            yield Link(f"{kind}.{group}", text_at(body, "spec", "parameters", "name"), "/spec/parameters")
        case "ClusterQueue":
            yield from flavors_of(body)
            yield from checks_of(body)


def flavors_of(body: dict[str, object]) -> Iterator[Link]:
    """The flavors of a ClusterQueue."""
    for index, group in mappings_at(body, "spec", "resourceGroups"):
        for number, flavor in mappings_at(group, "flavors"):
            where = pointer("spec", "resourceGroups", index, "flavors", number, "name")
            yield Link(f"ResourceFlavor.{GROUP}", text_at(flavor, "name"), where)


def checks_of(body: dict[str, object]) -> Iterator[Link]:
    """The admission checks of a ClusterQueue, as both versions of its API write them."""
    for index, name in enumerate(words_at(body, "spec", "admissionChecks")):
        yield Link(f"AdmissionCheck.{GROUP}", name, pointer("spec", "admissionChecks", index))
    strategy = mapping_at(body, "spec", "admissionChecksStrategy")
    for index, item in mappings_at(strategy, "admissionChecks"):
        where = pointer("spec", "admissionChecksStrategy", "admissionChecks", index, "name")
        yield Link(f"AdmissionCheck.{GROUP}", text_at(item, "name"), where)
