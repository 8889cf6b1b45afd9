"""LeaderWorkerSet's webhook refuses a set of groups.

Its schema takes any whole number. Groups have a name for their headless Service, which begins with a letter; a size of
at least one pod; subgroups that divide all pods of a group, or all but its leader; and an update that may add a group
or take one away. A refused object stops the sync of its whole Kustomization.

Source: <https://github.com/kubernetes-sigs/lws/blob/v0.9.0/pkg/webhooks/leaderworkerset_webhook.go>
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bayplan.validation.fields import is_variable, mapping_at, text_at, texts_at
from bayplan.validation.finding import Severity
from bayplan.validation.rule import Hit, rule
from bayplan.validation.templates.reading import number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: leaderworkerset.x-k8s.io/v1
kind: LeaderWorkerSet
metadata: {name: chat, namespace: chat}
spec:
  leaderWorkerTemplate:
    size: 8
    subGroupPolicy: {subGroupSize: 3}
    workerTemplate:
      spec: {containers: [{name: chat, image: "registry.example.com/chat@sha256:0"}]}
"""
GOOD = BAD.replace("subGroupSize: 3", "subGroupSize: 4")
KIND = "LeaderWorkerSet.leaderworkerset.x-k8s.io"
BY_SUBGROUP = "leaderworkerset.sigs.k8s.io/subgroup-exclusive-topology"
NAME = re.compile(r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?")
SHARE = re.compile(r"[0-9]+%")
MOST_PODS = 2**31 - 1
WHERE = "/spec/leaderWorkerTemplate"


@rule("WRK031", severity=Severity.SYNC, rows=("W3",), kinds=(KIND,), fix="write what its webhook takes")
def group_set_is_refused(groups: Manifest, _: World) -> Iterator[Hit]:
    """Judge name, size, subgroups and the way of updating."""
    name = groups.ref.name
    if not is_variable(name) and not NAME.fullmatch(name):
        yield Hit("/metadata/name", f"{name} is no name of a Service, and each group has one by it")
    template = mapping_at(groups.body, "spec", "leaderWorkerTemplate")
    size = number(template, "size")
    replicas = number(mapping_at(groups.body, "spec"), "replicas")
    if size is not None and size < 1:
        yield Hit(f"{WHERE}/size", f"a group has {size} pods, and needs a leader at least")
    elif size is not None and replicas is not None and size * replicas > MOST_PODS:
        yield Hit("/spec/replicas", f"{replicas} groups of {size} pods are more than {MOST_PODS} pods")
    if replicas is not None and replicas < 0:
        yield Hit("/spec/replicas", f"there cannot be {replicas} groups")
    policy = mapping_at(template, "subGroupPolicy")
    if policy and size is not None and size > 0:
        yield from of_subgroups(policy, size)
    elif not policy and BY_SUBGROUP in texts_at(groups.body, "metadata", "annotations"):
        yield Hit("/metadata/annotations", f"{BY_SUBGROUP} is for subgroups, of which subGroupPolicy says no size")
    yield from of_update(mapping_at(groups.body, "spec", "rolloutStrategy", "rollingUpdateConfiguration"), replicas)


def of_subgroups(policy: dict[str, object], size: int) -> Iterator[Hit]:
    """Whether subgroups are all alike."""
    each, where = number(policy, "subGroupSize", default=None), f"{WHERE}/subGroupPolicy/subGroupSize"
    if each is None:
        return
    if each < 1 or each > size:
        yield Hit(where, f"a subgroup of {each} pods in a group of {size}")
    elif text_at(policy, "subGroupPolicyType") == "LeaderExcluded" and (size - 1) % each:
        yield Hit(where, f"{size - 1} workers of a group do not divide into subgroups of {each}")
    elif size % each and (size - 1) % each:
        yield Hit(where, f"neither {size} pods of a group nor its {size - 1} workers divide into subgroups of {each}")


def of_update(rolling: dict[str, object], replicas: int | None) -> Iterator[Hit]:
    """Whether an update can begin."""
    where = "/spec/rolloutStrategy/rollingUpdateConfiguration"
    for word in ("maxUnavailable", "maxSurge"):
        value = rolling.get(word)
        if isinstance(value, str) and not is_variable(value) and (not SHARE.fullmatch(value) or int(value[:-1]) > 100):
            yield Hit(f"{where}/{word}", f"{value} is no share of the groups: at most 100%")
        if isinstance(value, int) and value < 0:
            yield Hit(f"{where}/{word}", f"{value} groups are fewer than none")
    partition = number(rolling, "partition", default=None)
    if partition is not None and partition < 0:
        yield Hit(f"{where}/partition", f"{partition} is the number of no group")
    stays, comes = rolling.get("maxUnavailable", 1), rolling.get("maxSurge", 0)
    if stays in (0, "0%") and comes in (0, "0%") and replicas:
        yield Hit(f"{where}/maxUnavailable", "an update may neither add a group nor take one away: maxSurge is 0, too")
