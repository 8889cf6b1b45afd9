"""Pods are to be spread, but their constraint or anti-affinity does not select them.

What is counted in each place are the pods that `labelSelector` selects. If those are not the pods of this template, or
none at all, the scheduler may put every replica into one zone or on one node, and one failure takes them all. Usually a
label was renamed on one side only. Give the selector the labels of the template.

Source: <https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/#topologyspreadconstraints-field>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation import selectors
from bayplan.validation.fields import is_variable, mappings_at
from bayplan.validation.finding import Confidence, Severity, Status
from bayplan.validation.pods import SCALED_KINDS
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.pods import Pod
    from bayplan.validation.selectors import Selector
    from bayplan.validation.world import World

BAD = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: chat, namespace: chat}
spec:
  replicas: 3
  selector: {matchLabels: {app: chat}}
  template:
    metadata: {labels: {app: chat}}
    spec:
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: topology.kubernetes.io/zone
          whenUnsatisfiable: ScheduleAnyway
          labelSelector: {matchLabels: {app: chatt}}
      containers: [{name: chat, image: "registry.example.com/chat@sha256:0"}]
"""
GOOD = BAD.replace("chatt", "chat")


@rule(
    "DRN007",
    severity=Severity.RISK,
    rows=("P3",),
    kinds=SCALED_KINDS,
    confidence=Confidence.MEDIUM,
    fix="give the selector the labels of the pod template",
)
def spread_selects_other_pods(workload: Manifest, world: World) -> Iterator[Hit]:
    """Compare every constraint with the template that it stands in; spreading away from others may be meant."""
    for pod in world.pods.made_by(workload):
        for index, item in mappings_at(pod.spec, "topologySpreadConstraints"):
            selector = selectors.read(item, "labelSelector")
            where = f"{pod.pointer}/topologySpreadConstraints/{index}"
            if selector is None:
                yield Hit(where, "spreads without a labelSelector, which counts no pod at all")
            elif not selects(selector, pod) and not is_variable(str(selector)):
                others = world.pods.selected(pod.namespace, selector)
                doubt = f", but pods of {others[0].owner.ref}: that may be meant" if others else ""
                status = Status.UNKNOWN if others else Status.BROKEN
                yield Hit(f"{where}/labelSelector", f"counts {selector}, not its own pods{doubt}", status)


def selects(selector: Selector, pod: Pod) -> bool:
    """Whether a selector selects pods, as far as their template tells: labels that controllers add are taken to fit."""
    return all(pod.labels.get(key) == value or key in pod.added_labels for key, value in selector.labels) and all(
        one.admits(pod.labels) or one.key in pod.added_labels for one in selector.requirements
    )
