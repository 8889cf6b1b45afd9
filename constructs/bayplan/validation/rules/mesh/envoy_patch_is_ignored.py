"""A patch of an EnvoyFilter is ignored where it is applied.

istiod drops it without an error: REPLACE works on filters and virtual hosts alone, and a route configuration as a
whole can only be merged. Merge, remove or add what the message names.

Source: <https://istio.io/latest/docs/reference/config/networking/envoy-filter/#EnvoyFilter-Patch-Operation>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.manifests.pointer import pointer
from bayplan.validation.fields import (
    mappings_at,
    text_at,
)
from bayplan.validation.finding import Severity, Status
from bayplan.validation.mesh.kinds import ENVOY_FILTER
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
  priority: 10
  configPatches:
    - applyTo: CLUSTER
      patch: {operation: REPLACE, value: {name: outside}}
"""
GOOD = BAD.replace("REPLACE", "MERGE")

REPLACED = ("HTTP_FILTER", "LISTENER_FILTER", "NETWORK_FILTER", "VIRTUAL_HOST")


@rule(
    "MSH032",
    severity=Severity.LOSS,
    rows=("I5",),
    kinds=(ENVOY_FILTER,),
    fix="use an operation that works there: MERGE, or another applyTo",
)
def envoy_patch_is_ignored(policy: Manifest, world: World) -> Iterator[Hit]:  # noqa: ARG001
    """Compare the operation of every patch with what it is applied to."""
    for index, patch in mappings_at(policy.body, "spec", "configPatches"):
        operation, place = text_at(patch, "patch", "operation"), text_at(patch, "applyTo")
        where = pointer("spec", "configPatches", index, "patch", "operation")
        if operation == "REPLACE" and place and place not in REPLACED:
            yield Hit(where, f"is REPLACE of {place}, which only MERGE changes")
        elif operation in ("ADD", "REMOVE") and place == "ROUTE_CONFIGURATION":
            yield Hit(where, f"is {operation} of a ROUTE_CONFIGURATION, which only MERGE changes")
        elif operation in ("ADD", "REMOVE") and place == "HTTP_ROUTE":
            told = f"is {operation} of an HTTP_ROUTE, which the documentation calls ignored and Istio 1.31 does"
            yield Hit(where, told, Status.UNKNOWN)
