"""A patch of an EnvoyFilter depends on others, and its order is not said.

Relative operations (insert before or after, replace, remove) work on what is there when they are applied; EnvoyFilters
without a priority are applied by age, which differs from cluster to cluster. Set `priority`, or use INSERT_FIRST or
ADD.

Source: <https://istio.io/latest/docs/reference/config/analysis/ist0151/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.manifests.pointer import pointer
from bayplan.validation.fields import (
    mappings_at,
    text_at,
    value_at,
)
from bayplan.validation.finding import Confidence, Severity, Status
from bayplan.validation.lack import Lack
from bayplan.validation.mesh.kinds import ENVOY_FILTER
from bayplan.validation.pairs import meeting
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: {name: limits, namespace: istio-system}
spec:
  configPatches:
    - applyTo: HTTP_FILTER
      match: {listener: {filterChain: {filter: {subFilter: {name: limits.next}}}}}
      patch: {operation: INSERT_AFTER, value: {name: limits.local}}
---
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: {name: next, namespace: istio-system}
spec:
  configPatches:
    - applyTo: HTTP_FILTER
      patch: {operation: INSERT_FIRST, value: {name: limits.next}}
"""
GOOD = BAD.replace("spec:", "spec:\n  priority: 10", 1)

RELATIVE = ("INSERT_AFTER", "INSERT_BEFORE", "REMOVE", "REPLACE")


@rule(
    "MSH033",
    severity=Severity.RISK,
    rows=("I5",),
    kinds=(ENVOY_FILTER,),
    confidence=Confidence.LOW,
    fix="set priority, or use INSERT_FIRST or ADD",
)
def envoy_patch_depends_on_order(policy: Manifest, world: World) -> Iterator[Hit]:
    """Find relative operations without a priority; sure where another EnvoyFilter patches the same kind of thing."""
    if value_at(policy.body, "spec", "priority"):
        return
    for index, patch in mappings_at(policy.body, "spec", "configPatches"):
        operation, place = text_at(patch, "patch", "operation"), text_at(patch, "applyTo")
        if operation not in RELATIVE or (operation == "REMOVE" and place in ("HTTP_ROUTE", "ROUTE_CONFIGURATION")):
            continue
        if operation == "REPLACE" and place not in ("HTTP_FILTER", "NETWORK_FILTER", "VIRTUAL_HOST"):
            continue
        where = pointer("spec", "configPatches", index, "patch", "operation")
        others = [one for one in world.mesh.patching.get(place, ()) if one is not policy]
        met = [one for one in others if meeting(policy, one, world) == Lack(Status.BROKEN, "")]
        if met:
            yield Hit(where, f"is {operation} without a priority, and {met[0].ref} patches {place} as well")
        else:
            told = f"is {operation} without a priority, and what other EnvoyFilters there are is not known"
            yield Hit(where, told, Status.UNKNOWN)
