"""A policy keeps the API server from a webhook or an aggregated API.

The API server calls the pods of webhooks on the port behind their Service, and no policy of theirs opens that port.
With `failurePolicy: Fail` nobody can make the objects that the webhook is for, and with aggregated APIs whole groups
are gone. Its calls come from a node, from an address, or from a pod of konnectivity, as the provider has it: what opens
the port to anybody is taken as open to it. Open the port, to its addresses where they are known.

Source: <https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#service-reference>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.finding import Confidence, Severity
from bayplan.validation.reachability.policy import NETWORK_POLICY
from bayplan.validation.reachability.telling import stopped
from bayplan.validation.reachability.topics.servers import called_by_the_server
from bayplan.validation.rule import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.rule import Hit
    from bayplan.validation.world import World

BAD = """
apiVersion: v1
kind: Pod
metadata: {name: hook, namespace: chat, labels: {app: hook}}
spec:
  containers:
    - name: hook
      image: registry.example.com/hook@sha256:0
      ports: [{name: https, containerPort: 8443}]
---
apiVersion: v1
kind: Service
metadata: {name: hook, namespace: chat}
spec:
  selector: {app: hook}
  ports: [{name: https, port: 443, targetPort: https}]
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: hook}
webhooks:
  - name: hook.example.com
    clientConfig: {service: {name: hook, namespace: chat, path: /}}
    rules: [{apiGroups: [example.com], apiVersions: [v1], operations: [CREATE], resources: [things]}]
    admissionReviewVersions: [v1]
    sideEffects: None
    failurePolicy: Fail
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: hook, namespace: chat}
spec:
  podSelector: {matchLabels: {app: hook}}
  ingress: [{ports: [{port: 443}]}]
"""
GOOD = BAD.replace("{ports: [{port: 443}]}", "{ports: [{port: https}]}")


@rule(
    "RCH012",
    severity=Severity.DOWN,
    rows=("N2", "R3"),
    kinds=(NETWORK_POLICY,),
    confidence=Confidence.MEDIUM,
    fix="open the port of the pods, not of the Service, to the API server",
)
def api_server_cannot_call(policy: Manifest, world: World) -> Iterator[Hit]:
    """Tell what a policy hides from the API server."""
    yield from stopped(policy, world.reach.stopped_by(policy, called_by_the_server))
