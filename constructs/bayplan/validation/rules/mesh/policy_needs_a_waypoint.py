"""A policy in ambient mode asks for what only a waypoint can do.

ztunnel knows who calls and on which port, not requests: of a policy for its pods the rules about methods, paths, hosts
or tokens cannot be kept, so an allowing rule allows nothing, and a policy of tokens or filters does nothing. Give the
Service a waypoint and name the Service in `targetRefs`.

Source: <https://istio.io/latest/docs/ambient/usage/l4-policy/#policy-enforcement-points>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.manifests.pointer import pointer
from bayplan.validation.fields import (
    mapping_at,
    mappings_at,
    text_at,
)
from bayplan.validation.finding import Severity, Status
from bayplan.validation.kinds import kind_of
from bayplan.validation.mesh.injection import is_ambient
from bayplan.validation.mesh.kinds import AUTHORIZATION, REQUEST_AUTHENTICATION, SERVICE_ENTRY, WASM_PLUGIN
from bayplan.validation.mesh.policies import labels_of, pointer_of, selected_by, targets_of
from bayplan.validation.mesh.waypoints import waypoint_of
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: v1
kind: Namespace
metadata: {name: chat, labels: {istio.io/dataplane-mode: ambient}}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: reading, namespace: chat}
spec:
  selector: {matchLabels: {app: chat}}
  rules: [{to: [{operation: {methods: [GET]}}]}]
---
apiVersion: v1
kind: Pod
metadata: {name: chat, namespace: chat, labels: {app: chat}}
spec:
  containers: [{name: chat, image: "registry.example.com/chat@sha256:0"}]
"""
GOOD = BAD.replace("methods: [GET]", "ports: ['8080']")

OPERATION = ("hosts", "methods", "notHosts", "notMethods", "notPaths", "paths")
SOURCE = ("notRemoteIpBlocks", "notRequestPrincipals", "remoteIpBlocks", "requestPrincipals")


@rule(
    "MSH055",
    severity=Severity.DOWN,
    rows=("I8",),
    kinds=(AUTHORIZATION, REQUEST_AUTHENTICATION, WASM_PLUGIN),
    fix="give the Service a waypoint, and name the Service in targetRefs",
)
def policy_needs_a_waypoint(policy: Manifest, world: World) -> Iterator[Hit]:
    """Look at policies for pods in ambient mode, and at those for Services without a waypoint."""
    targets = list(targets_of(policy))
    for target in targets:
        for one in (
            world.by_name.get((target.kind, target.name), ()) if target.kind in ("Service", SERVICE_ENTRY) else ()
        ):
            if one.ref.namespace == policy.ref.namespace and waypoint_of(one, world) is None:
                doubt = (
                    "" if world.injection.labels_of(one.ref.namespace) is not None else ", as far as this tree shows"
                )
                told = f"is for {one.ref}, which has no waypoint to keep it{doubt}"
                yield Hit(target.pointer, told, Status.UNKNOWN if doubt else Status.BROKEN)
    where = layer_seven(policy)
    if targets or not where:
        return
    if labels_of(policy):
        pods = [one.pod for one in selected_by(policy, world) if one.pod is not None]
        who = f"pods of {pods[0].owner.ref}" if pods else ""
    else:
        pods = [one.pod for one in world.mesh.workloads.within(policy.ref.namespace) if one.pod is not None]
        who = f"namespace {policy.ref.namespace}"
    if pods and all(is_ambient(pod, world) for pod in pods):
        yield Hit(where, f"looks into requests to {who}, in ambient mode and without a waypoint")


def layer_seven(policy: Manifest) -> str:
    """Where a policy asks for what is in requests; "" if it does not."""
    if kind_of(policy) != AUTHORIZATION:
        return pointer_of(policy) if labels_of(policy) else "/spec"
    for index, rule_ in mappings_at(policy.body, "spec", "rules"):
        where = pointer("spec", "rules", index)
        asks = [mapping_at(one, "operation").keys() & {*OPERATION} for _, one in mappings_at(rule_, "to")]
        asks += [mapping_at(one, "source").keys() & {*SOURCE} for _, one in mappings_at(rule_, "from")]
        if any(asks) or any(text_at(one, "key").startswith("request.") for _, one in mappings_at(rule_, "when")):
            return where
    return ""
