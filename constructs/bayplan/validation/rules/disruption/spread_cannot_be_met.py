"""Pods are to be spread over more places than the cluster has.

With `DoNotSchedule` and `minDomains`, as long as there are fewer places than that, each of them may hold `maxSkew` pods
and no more: the others wait for ever. The same holds for all pods where no node carries the label by which the places
are told apart. Lower `minDomains`, correct `topologyKey`, or say `ScheduleAnyway`.

Source: <https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/#spread-constraint-definition>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.domains import places
from bayplan.validation.fields import is_variable, mappings_at, text_at, whole_at
from bayplan.validation.finding import Severity
from bayplan.validation.pods import SCALED_KINDS
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
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
      topologySpreadConstraints:
        - maxSkew: 1
          minDomains: 3
          topologyKey: topology.kubernetes.io/zone
          whenUnsatisfiable: DoNotSchedule
          labelSelector: {matchLabels: {app: chat}}
      containers: [{name: chat, image: "registry.example.com/chat@sha256:0"}]
"""
GOOD = BAD.replace("          minDomains: 3\n", "")


@rule(
    "DRN006",
    severity=Severity.DOWN,
    rows=("P3",),
    kinds=SCALED_KINDS,
    fix="ask for no more places than the cluster has, or say ScheduleAnyway",
)
def spread_cannot_be_met(workload: Manifest, world: World) -> Iterator[Hit]:
    """Count the places that the cluster has for the pods; without a spec of it nothing can be said."""
    for pod in world.pods.made_by(workload) if world.cluster else ():
        for index, item in mappings_at(pod.spec, "topologySpreadConstraints"):
            key = text_at(item, "topologyKey")
            there = places(pod, key, world) if key and not is_variable(key) else None
            if there is None or text_at(item, "whenUnsatisfiable") == "ScheduleAnyway":
                continue
            where = f"{pod.pointer}/topologySpreadConstraints/{index}"
            least, skew = whole_at(item, "minDomains") or 1, whole_at(item, "maxSkew") or 1
            replicas = world.scaling.fewest(workload)
            if not there and replicas:
                yield Hit(f"{where}/topologyKey", f"spreads by {key}, a label that no node of the cluster has")
            elif least > there and replicas > there * skew:
                told = f"spreads over {least} places by {key}, but there are {there}"
                yield Hit(f"{where}/minDomains", f"{told}: only {there * skew} of {replicas} pods start")
