"""The control plane fetches keys from whatever address a RequestAuthentication names.

Whoever may write a RequestAuthentication can have istiod call addresses inside the cluster or of the cloud's metadata
service, as its `jwksUri`. Set BLOCKED_CIDRS_IN_JWKS_URIS in istiod's environment to the ranges that it must not call.

Source: <https://istio.io/latest/docs/reference/commands/pilot-discovery/#envvars>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.fields import (
    mappings_at,
)
from bayplan.validation.finding import Confidence, Severity
from bayplan.validation.mesh.injection import is_istiod
from bayplan.validation.mesh.kinds import REQUEST_AUTHENTICATION
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: istiod, namespace: istio-system, labels: {app: istiod}}
spec:
  selector: {matchLabels: {app: istiod}}
  template:
    metadata: {labels: {app: istiod}}
    spec:
      containers: [{name: discovery, image: "registry.example.com/pilot@sha256:0"}]
---
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: {name: staff, namespace: istio-system}
spec:
  jwtRules: [{issuer: "https://id.example.com", jwksUri: "https://id.example.com/keys"}]
"""
GOOD = BAD.replace(
    'pilot@sha256:0"', 'pilot@sha256:0", env: [{name: BLOCKED_CIDRS_IN_JWKS_URIS, value: 169.254.169.254/32}]'
)

BLOCKED = "BLOCKED_CIDRS_IN_JWKS_URIS"


@rule(
    "MSH052",
    severity=Severity.RISK,
    rows=("I5",),
    kinds=("Deployment.apps",),
    confidence=Confidence.LOW,
    fix="set BLOCKED_CIDRS_IN_JWKS_URIS in istiod's environment",
)
def keys_are_fetched_from_anywhere(deployment: Manifest, world: World) -> Iterator[Hit]:
    """Look at istiod's environment where some RequestAuthentication is there."""
    asking = world.by_kind.get(REQUEST_AUTHENTICATION, ())
    if not asking or not is_istiod(deployment, by_itself=True):
        return
    for container in world.pods.containers_of(deployment):
        if any(
            one.get("name") == BLOCKED and (one.get("value") or one.get("valueFrom"))
            for _, one in mappings_at(container.body, "env")
        ):
            return
    yield Hit("/spec/template/spec/containers", f"sets no {BLOCKED}, and {asking[0].ref} may name any address")
