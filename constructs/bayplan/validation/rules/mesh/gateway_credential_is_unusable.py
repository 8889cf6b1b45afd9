"""A Gateway serves TLS with a Secret that holds no certificate.

The proxies get no certificate from it, and every handshake fails. A Secret for TLS has `tls.crt` and `tls.key` (or
`cert` and `key`) in PEM; for mutual TLS it has `ca.crt` (`cacert`) as well, or a second Secret `<name>-cacert` has it.

Source: <https://istio.io/latest/docs/tasks/traffic-management/ingress/secure-ingress/#key-formats>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.fields import (
    text_at,
)
from bayplan.validation.finding import Severity
from bayplan.validation.mesh.certificates import flaw_of
from bayplan.validation.mesh.gateways import pods_behind, servers_of
from bayplan.validation.mesh.kinds import GATEWAY
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: public, namespace: ingress}
spec:
  selector: {istio: ingressgateway}
  servers:
    - port: {number: 443, name: https, protocol: HTTPS}
      hosts: [chat.example.com]
      tls: {mode: SIMPLE, credentialName: chat-tls}
---
apiVersion: v1
kind: Pod
metadata: {name: gateway, namespace: ingress, labels: {istio: ingressgateway}}
spec:
  containers:
    - {name: gateway, image: "registry.example.com/gateway@sha256:0", ports: [{containerPort: 443}]}
---
apiVersion: v1
kind: Service
metadata: {name: gateway, namespace: ingress}
spec:
  selector: {istio: ingressgateway}
  ports: [{name: https, port: 443}]
---
apiVersion: v1
kind: Secret
metadata: {name: chat-tls, namespace: ingress}
stringData: {certificate: "${CERTIFICATE}", key: "${KEY}"}
"""
GOOD = BAD.replace('certificate: "${CERTIFICATE}"', 'cert: "${CERTIFICATE}"')


@rule(
    "MSH020",
    severity=Severity.DOWN,
    rows=("I4",),
    kinds=(GATEWAY,),
    fix="give the Secret tls.crt and tls.key with a certificate in PEM",
)
def gateway_credential_is_unusable(gateway: Manifest, world: World) -> Iterator[Hit]:
    """Read the Secrets that the tree holds in the clear, without telling what is in them."""
    namespaces = {pod.namespace for pod in pods_behind(gateway, world)}
    for server in servers_of(gateway):
        name = text_at(server.tls, "credentialName").removeprefix("kubernetes://")
        for secret in world.by_name.get(("Secret", name), ()) if name else ():
            if secret.ref.namespace in namespaces:
                flaw = flaw_of(secret, text_at(server.tls, "mode"), world)
                if flaw:
                    where = f"{server.pointer}/tls/credentialName"
                    yield Hit(where, f"serves with {secret.ref}, {flaw}", world.mesh.status_with(secret))
