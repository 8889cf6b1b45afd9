"""A policy keeps the proxies of a mesh from istiod.

An injected proxy gets its certificate, its routes and the addresses of everybody from istiod on TCP 15012. Kept from it
the proxy never becomes ready, and the pod with it: a new pod of a running service, after the policy has been there for
weeks. Allow egress to TCP 15012 of `app: istiod` in `istio-system`.

Source: <https://istio.io/latest/docs/ops/deployment/application-requirements/#ports-used-by-istio>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.finding import Severity
from bayplan.validation.reachability.policy import NETWORK_POLICY
from bayplan.validation.reachability.telling import stopped
from bayplan.validation.reachability.topics.control_plane import proxies
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
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: chat}
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress:
    - to: [{namespaceSelector: {}}]
      ports: [{port: 53, protocol: UDP}, {port: 53, protocol: TCP}]
"""
GOOD = (
    BAD
    + """
    - to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: istio-system}}}]
      ports: [{port: 15012}]
"""
)


@rule(
    "RCH007",
    severity=Severity.DOWN,
    rows=("N2",),
    kinds=(NETWORK_POLICY,),
    fix="allow egress on TCP 15012 to the pods app=istiod of namespace istio-system",
)
def control_plane_is_out_of_reach(policy: Manifest, world: World) -> Iterator[Hit]:
    """Tell which proxies a policy keeps from istiod."""
    yield from stopped(policy, world.reach.stopped_by(policy, proxies))
