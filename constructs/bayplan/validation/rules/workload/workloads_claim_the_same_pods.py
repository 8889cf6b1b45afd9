"""The selector of a workload also selects the pods of another workload.

Both count these pods as theirs: an autoscaler of one measures the pods of both, or scales nothing at all; a pod that
has lost its owner is taken over by the wrong one and may be ended as surplus; commands and budgets for one work on
both. Give each workload a label of its own, in its selector and in its template.

Source: <https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#selector>,
<https://kubernetes.io/docs/concepts/workloads/controllers/replicaset/#non-template-pod-acquisitions>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.claims import CLAIMING_KINDS, is_plain_match, selector_of
from bayplan.validation.fields import is_variable
from bayplan.validation.finding import Confidence, Severity, Status
from bayplan.validation.kinds import kind_of
from bayplan.validation.lack import Lack
from bayplan.validation.pairs import meeting
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.selectors import Selector
    from bayplan.validation.world import World

BAD = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: chat, namespace: chat}
spec:
  selector: {matchLabels: {app: chat}}
  template:
    metadata: {labels: {app: chat}}
    spec: {containers: [{name: chat, image: "registry.example.com/chat@sha256:0"}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: worker, namespace: chat}
spec:
  selector: {matchLabels: {app: chat, part: worker}}
  template:
    metadata: {labels: {app: chat, part: worker}}
    spec: {containers: [{name: worker, image: "registry.example.com/chat@sha256:0"}]}
"""
GOOD = BAD.replace("{app: chat}", "{app: chat, part: web}")

ALTERNATIVES = Lack(Status.UNKNOWN, ", but they may be meant for different clusters")


@rule(
    "WRK002",
    severity=Severity.DOWN,
    rows=("W2",),
    kinds=CLAIMING_KINDS,
    confidence=Confidence.MEDIUM,
    fix="give each workload a label of its own, in selector and template",
)
def workloads_claim_the_same_pods(workload: Manifest, world: World) -> Iterator[Hit]:
    """Look for the templates of others among what the selector selects."""
    own = world.pods.made_by(workload)
    if (
        own
        and is_plain_match(workload)
        and world.pods.is_alone(own[0], workload.body["spec"]["selector"]["matchLabels"])
    ):
        return
    selector = selector_of(workload)
    if selector is None or not own or not selector.admits(own[0].labels) or is_open(selector):
        return  # WRK001 is told of a selector that misses its own pods
    others = [pod.owner for pod in world.pods.selected(workload.ref.namespace, selector) if pod.owner is not workload]
    others = [one for one in others if one.ref != workload.ref and kind_of(one) in CLAIMING_KINDS]
    met = {id(one): meeting(workload, one, world) for one in others}
    sure = [one for one in others if met[id(one)] == Lack(Status.BROKEN, "")]
    for other in sure[:1] or others[:1]:
        more = len(sure or others) - 1
        message = f"selects {selector}, which the pods of {other.ref} carry, too"
        message += f" ({more} more workloads are selected)" if more else ""
        lack = met[id(other)] or ALTERNATIVES
        yield Hit("/spec/selector", message + lack.doubt, lack.status)


def is_open(selector: Selector) -> bool:
    """Whether the selector is completed later, or selects everything."""
    return not selector.labels or any(is_variable(word) for pair in selector.labels for word in pair)
