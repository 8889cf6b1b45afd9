"""A policy selects the pods of a Gateway of the Gateway API by labels.

A waypoint takes policies by `targetRefs` alone: one by selector never holds for it. For other Gateways selectors still
work, but only by a setting that is kept for old clusters. Name the Gateway in `targetRefs`.

Source: <https://istio.io/latest/docs/reference/config/analysis/ist0166/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.finding import Severity, Status
from bayplan.validation.mesh.kinds import AUTHORIZATION, REQUEST_AUTHENTICATION, TELEMETRY, WASM_PLUGIN
from bayplan.validation.mesh.policies import labels_of, pointer_of, selected_by, targets_of
from bayplan.validation.mesh.workloads import GATEWAY_NAME, Workload
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: crossing, namespace: chat}
spec:
  gatewayClassName: istio-waypoint
  listeners: [{name: mesh, port: 15008, protocol: HBONE}]
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: reading, namespace: chat}
spec:
  selector: {matchLabels: {gateway.networking.k8s.io/gateway-name: crossing}}
  rules: [{to: [{operation: {methods: [GET]}}]}]
"""
GOOD = BAD.replace(
    "selector: {matchLabels: {gateway.networking.k8s.io/gateway-name: crossing}}",
    "targetRefs: [{kind: Gateway, group: gateway.networking.k8s.io, name: crossing}]",
)


@rule(
    "MSH034",
    severity=Severity.LOSS,
    rows=("I5", "I8"),
    kinds=(AUTHORIZATION, REQUEST_AUTHENTICATION, TELEMETRY, WASM_PLUGIN),
    fix="name the Gateway in targetRefs",
)
def selector_on_gateway_api_pod(policy: Manifest, world: World) -> Iterator[Hit]:
    """Look for pods of Gateways among those that the policy selects in its namespace."""
    if not labels_of(policy) or any(targets_of(policy)):
        return
    for one in selected_by(policy, world):
        if one.namespace == policy.ref.namespace and GATEWAY_NAME in one.labels:
            name = one.labels[GATEWAY_NAME]
            waypoint = is_waypoint(one)
            told = f"selects pods of Gateway {name} by labels, {'which a waypoint' if waypoint else 'which it may'}"
            how = " does not look at" if waypoint else " stop to look at"
            yield Hit(pointer_of(policy), told + how, Status.BROKEN if waypoint else Status.UNKNOWN)
            return


def is_waypoint(workload: Workload) -> bool:
    """Whether some pods are those of a waypoint."""
    return workload.labels.get("gateway.networking.k8s.io/gateway-class-name") == "istio-waypoint"
