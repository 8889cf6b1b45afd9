"""An AuthorizationPolicy refuses pods that are declared to call.

The caller names a Service in its environment, or NetworkPolicies allow the call by the labels of both, and the proxy of
the called pods refuses it: no ALLOW policy has the caller's service account and the port of the pods, or a DENY policy
has both. The caller gets 403, or a closed connection. Add `cluster.local/ns/<namespace>/sa/<service account>` of the
caller to the policy.

Source: <https://istio.io/latest/docs/reference/config/security/authorization-policy/#Source>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.finding import Confidence, Severity
from bayplan.validation.reachability.authorization import AUTHORIZATION_POLICY
from bayplan.validation.reachability.telling import refused
from bayplan.validation.reachability.topics.declared import declared
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
metadata: {name: web, namespace: chat, labels: {app: web}}
spec:
  containers:
    - name: web
      image: registry.example.com/web@sha256:0
      env: [{name: MODEL_URL, value: "http://model:80"}]
---
apiVersion: v1
kind: Service
metadata: {name: model, namespace: chat}
spec:
  selector: {app: model}
  ports: [{name: http, port: 80, targetPort: http}]
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
kind: ServiceAccount
metadata: {name: web, namespace: chat}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: model, namespace: chat}
spec:
  selector: {matchLabels: {app: model}}
  rules: [{from: [{source: {principals: [cluster.local/ns/chat/sa/web]}}]}]
"""
GOOD = BAD.replace("sa/web", "sa/default")


@rule(
    "RCH015",
    severity=Severity.DOWN,
    rows=("I5",),
    kinds=(AUTHORIZATION_POLICY,),
    confidence=Confidence.MEDIUM,
    fix="add the caller's principal and the port of the pods to the policy",
)
def mesh_policy_refuses_a_caller(guard: Manifest, world: World) -> Iterator[Hit]:
    """Tell which declared callers a policy of the mesh refuses."""
    yield from refused(guard, world.reach.refused_by(guard, declared))
