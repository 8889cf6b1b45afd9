"""Pods keep each other away from more places than the cluster has.

A required anti-affinity lets one pod into each place. Where there are fewer places than replicas, the others wait for
ever; where there are just as many, a rolling update that may stop no pod before a new one runs never gets its new pod
in and hangs. Ask for fewer, prefer instead of require, spread, or let the update stop one (`maxUnavailable: 1`).

Source: <https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#inter-pod-affinity-and-anti-affinity>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation import selectors
from bayplan.validation.budget import PERCENT
from bayplan.validation.domains import places
from bayplan.validation.fields import is_variable, mapping_at, mappings_at, text_at, value_at, words_at
from bayplan.validation.finding import Severity
from bayplan.validation.pods import SCALED_KINDS
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.pods import Pod
    from bayplan.validation.world import World

CLUSTER = """
name: lab
region: eu-central-1
kubernetes: "1.37"
controllers: {flux: "2.9"}
source: {url: "https://git.example.com/platform.git"}
pools:
  - {name: general, instance: {cpu: "8", memory: 30Gi, usd_per_hour: "0.4"}, zones: [a, b], nodes: {max: 4}}
"""
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
      affinity:
        podAntiAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            - topologyKey: topology.kubernetes.io/zone
              labelSelector: {matchLabels: {app: chat}}
      containers: [{name: chat, image: "registry.example.com/chat@sha256:0"}]
"""
GOOD = BAD.replace("topology.kubernetes.io/zone", "kubernetes.io/hostname")

PATH = ("affinity", "podAntiAffinity", "requiredDuringSchedulingIgnoredDuringExecution")


@rule(
    "DRN008",
    severity=Severity.DOWN,
    rows=("P3",),
    kinds=SCALED_KINDS,
    fix="run no more pods than there are places, or prefer instead of require",
)
def pods_keep_each_other_away(workload: Manifest, world: World) -> Iterator[Hit]:
    """Count the places for pods that none of their own kind may share; without a spec nothing can be said."""
    replicas = world.scaling.fewest(workload)
    for pod in world.pods.made_by(workload) if world.cluster and replicas > 1 else ():
        for index, term in mappings_at(pod.spec, *PATH):
            key = text_at(term, "topologyKey")
            there = places(pod, key, world) if key and not is_variable(key) and shuns_itself(term, pod) else None
            where = f"{pod.pointer}/{'/'.join(PATH)}/{index}"
            if there is None:
                continue
            if replicas > there:
                yield Hit(where, f"lets one pod into each {key}, of which there are {there}, and runs {replicas}")
            elif replicas == there and not may_stop_one(workload, term, replicas):
                told = f"lets one pod into each {key}, of which there are {there}: an update of its {replicas} pods"
                yield Hit(where, f"{told} has no place for a new one and may not stop an old one first")


def shuns_itself(term: dict[str, object], pod: Pod) -> bool:
    """Whether a term keeps pods of the template away from each other."""
    selector = selectors.read(term, "labelSelector")
    if selector is None or not selector.admits(pod.labels):
        return False
    return pod.namespace in (words_at(term, "namespaces") or (pod.namespace,)) or "namespaceSelector" in term


def may_stop_one(workload: Manifest, term: dict[str, object], replicas: int) -> bool:
    """Whether an update goes on without a place more than there are pods: new pods count apart, or an old one goes."""
    if workload.ref.kind != "Deployment" or words_at(term, "matchLabelKeys") or words_at(term, "mismatchLabelKeys"):
        return True
    strategy = mapping_at(workload.body, "spec", "strategy")
    most = value_at(strategy, "rollingUpdate", "maxUnavailable")
    if text_at(strategy, "type") == "Recreate" or value_at(strategy, "rollingUpdate", "maxSurge") in (0, "0%"):
        return True
    if isinstance(most, str) and not PERCENT.fullmatch(most):
        return True
    share = int(most[:-1]) if isinstance(most, str) else 25
    return most >= 1 if isinstance(most, int) else replicas * share // 100 >= 1
