"""An AuthorizationPolicy refuses what a gateway sends.

As soon as one ALLOW policy selects a pod, its proxy refuses all that no ALLOW policy matches; a DENY policy refuses
before that. The ports in a policy are those of the pods, not of the Service. The gateway answers 403 (or closes the
connection) to everybody. Add the gateway's principal and the port of the pods to the policy.

Source: <https://istio.io/latest/docs/reference/config/security/authorization-policy/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.finding import Confidence, Severity
from bayplan.validation.reachability.authorization import AUTHORIZATION_POLICY
from bayplan.validation.reachability.telling import refused
from bayplan.validation.reachability.topics.routes import routed
from bayplan.validation.rule import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.rule import Hit
    from bayplan.validation.world import World

BAD = """
apiVersion: v1
kind: Namespace
metadata: {name: chat, labels: {istio-injection: enabled}}
---
apiVersion: v1
kind: Pod
metadata: {name: model, namespace: chat, labels: {app: model}}
spec:
  containers:
    - name: model
      image: registry.example.com/model@sha256:0
      ports: [{name: http, containerPort: 8080}]
---
apiVersion: v1
kind: Service
metadata: {name: model, namespace: chat}
spec:
  selector: {app: model}
  ports: [{name: http, port: 80, targetPort: http}]
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: model, namespace: chat}
spec:
  defaultBackend: {service: {name: model, port: {name: http}}}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: model, namespace: chat}
spec:
  selector: {matchLabels: {app: model}}
  action: ALLOW
  rules: [{to: [{operation: {ports: ["80"]}}]}]
"""
GOOD = BAD.replace('["80"]', '["8080"]')


@rule(
    "RCH013",
    severity=Severity.DOWN,
    rows=("I5",),
    kinds=(AUTHORIZATION_POLICY,),
    confidence=Confidence.MEDIUM,
    fix="allow the port of the pods to the gateway's principal",
)
def mesh_policy_refuses_a_route(guard: Manifest, world: World) -> Iterator[Hit]:
    """Tell which routes end at a policy of the mesh."""
    yield from refused(guard, world.reach.refused_by(guard, routed))
