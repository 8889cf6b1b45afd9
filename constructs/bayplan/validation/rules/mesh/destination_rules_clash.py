"""Two DestinationRules of a namespace have settings for one host, and only one of them counts.

Istio merges the subsets of both and takes `trafficPolicy` from the older one alone; of two subsets of one name the
older stays. Which is older differs from cluster to cluster, and nobody is told. Put the settings into one
DestinationRule.

Source: <https://istio.io/latest/docs/ops/best-practices/traffic-management/#split-virtual-services>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.manifests.pointer import pointer
from bayplan.validation.fields import (
    mapping_at,
    text_at,
    words_at,
)
from bayplan.validation.finding import Severity
from bayplan.validation.hosts import full_name
from bayplan.validation.mesh.kinds import DESTINATION_RULE
from bayplan.validation.mesh.lookup import subsets_of
from bayplan.validation.mesh.names import scopes
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: limits, namespace: chat}
spec:
  host: chat
  trafficPolicy: {connectionPool: {tcp: {maxConnections: 10}}}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: outliers, namespace: chat}
spec:
  host: chat.chat.svc.cluster.local
  trafficPolicy: {outlierDetection: {consecutive5xxErrors: 3}}
---
apiVersion: v1
kind: Service
metadata: {name: chat, namespace: chat}
spec:
  ports: [{name: http, port: 80}]
"""
GOOD = BAD.replace("trafficPolicy: {outlierDetection: {consecutive5xxErrors: 3}}", "subsets: [{name: all}]")


@rule(
    "MSH007",
    severity=Severity.LOSS,
    rows=("I2",),
    kinds=(DESTINATION_RULE,),
    fix="put the settings for one host into one DestinationRule",
)
def destination_rules_clash(policy: Manifest, world: World) -> Iterator[Hit]:
    """Compare a rule with those of its namespace that stand before it and have its host."""
    mesh = world.mesh
    for other in mesh.destination_rules.get(full_name(text_at(policy.body, "spec", "host"), policy.ref.namespace), ()):
        if other is policy:
            return
        if not is_merged(policy, other) or not mesh.are_together(policy, other):
            continue
        if mapping_at(policy.body, "spec", "trafficPolicy") and mapping_at(other.body, "spec", "trafficPolicy"):
            told = f"has a trafficPolicy for a host of which {other.ref} has one too: only the older one counts"
            yield Hit("/spec/trafficPolicy", told, mesh.status_with(other, policy))
        known = {name: labels for _, name, labels in subsets_of(other)}
        for index, name, labels in subsets_of(policy):
            if known.get(name, labels) != labels:
                told = f"defines subset {name} with other labels than {other.ref}: only the older one counts"
                yield Hit(pointer("spec", "subsets", index), told, mesh.status_with(other, policy))


def is_merged(one: Manifest, other: Manifest) -> bool:
    """Whether Istio makes one rule of two: of one namespace, for the same proxies."""
    if one.ref.namespace != other.ref.namespace or one.ref == other.ref:
        return False
    said = [mapping_at(each.body, "spec", "workloadSelector") for each in (one, other)]
    seen = [scopes(words_at(each.body, "spec", "exportTo"), each.ref.namespace) for each in (one, other)]
    return said[0] == said[1] and seen[0] == seen[1]
