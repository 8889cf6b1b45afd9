"""A policy names a target that is not there, or that it cannot be for.

It holds nowhere, and nobody is told. Targets are Services and ServiceEntries behind a waypoint, Gateways of the
Gateway API, and in the root namespace the GatewayClass of waypoints; all in the policy's own namespace. Name what is
there.

Source: <https://istio.io/latest/docs/reference/config/type/workload-selector/#PolicyTargetReference>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.fields import (
    is_variable,
)
from bayplan.validation.finding import Severity
from bayplan.validation.mesh.kinds import K8S_GATEWAY, SERVICE_ENTRY
from bayplan.validation.mesh.policies import TARGETED, targets_of
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: reading, namespace: chat}
spec:
  targetRefs: [{kind: Gateway, group: gateway.networking.k8s.io, name: crosing}]
  rules: [{to: [{operation: {methods: [GET]}}]}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: crossing, namespace: chat}
spec:
  gatewayClassName: istio-waypoint
  listeners: [{name: mesh, port: 15008, protocol: HBONE}]
"""
GOOD = BAD.replace("crosing", "crossing")

GATEWAY_CLASS = "GatewayClass.gateway.networking.k8s.io"
TARGETS = (GATEWAY_CLASS, K8S_GATEWAY, SERVICE_ENTRY, "Service")


@rule(
    "MSH056",
    severity=Severity.LOSS,
    rows=("I8",),
    kinds=TARGETED,
    fix="name a Service, ServiceEntry or Gateway of the policy's own namespace",
)
def target_is_missing(policy: Manifest, world: World) -> Iterator[Hit]:
    """Look up every target."""
    home = policy.ref.namespace
    for target in targets_of(policy):
        if is_variable(target.name + target.namespace) or not target.name:
            continue
        if target.kind not in TARGETS:
            yield Hit(target.pointer, f"is for a {target.kind or 'nothing'}, which policies of the mesh cannot be for")
        elif target.kind == GATEWAY_CLASS:
            if home != world.mesh.root:
                yield Hit(target.pointer, f"is for a GatewayClass, which only namespace {world.mesh.root} may name")
        elif target.namespace != home:
            yield Hit(target.pointer, f"is for namespace {target.namespace}, and a policy holds in its own, {home}")
        else:
            lack = world.lack(target.kind, home, target.name)
            if lack is not None:
                kind = target.kind.partition(".")[0]
                told = f"is for {kind} {home}/{target.name}, which is not there{lack.doubt}"
                yield Hit(target.pointer, told, lack.status)
